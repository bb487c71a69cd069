// Which scripts Sentinel starts at a failover, and what they do that counts.
import type { Facts, SentinelConfig, Word } from "./facts.ts";
import type { Script, ScriptCommand } from "./facts-infrastructure.ts";
import type { Place } from "./finding.ts";
import { oncePer } from "./once.ts";

export interface FailoverScript {
  readonly script: Script;
  /** `helper`: started by one of the others. */
  readonly job: "reconfig" | "notification" | "helper";
  /** The word of sentinel.conf that names it; absent when its own text says what it is for. */
  readonly namedBy?: Word;
}

// Ten rules ask; facts never change.
/** Every script that is known to be Sentinel's, once for each job. */
export const failoverScripts = oncePer(findScripts);

function findScripts(facts: Facts): readonly FailoverScript[] {
  const configs = facts.sentinels.flatMap(({ config }) => config ?? []);
  const named = configs.flatMap(scriptWords);
  const own = facts.scripts.flatMap((script) => jobOf(script, named));
  const helpers = facts.scripts.filter(
    (script) => !own.some((known) => known.script === script) && isCalledBy(script, own),
  );
  return [...own, ...helpers.map((script): FailoverScript => ({ script, job: "helper" }))];
}

export function reconfigScripts(facts: Facts): readonly FailoverScript[] {
  return failoverScripts(facts).filter(({ job }) => job === "reconfig");
}

interface NamedScript {
  readonly job: "reconfig" | "notification";
  readonly word: Word;
}

/** Misspelt options count too: what the author meant is plain, and SEN022 speaks of the spelling. */
function scriptWords(config: SentinelConfig): readonly NamedScript[] {
  return config.lines.flatMap((line): NamedScript[] => {
    const word = line.words.at(-1);
    const isScript = /^sentinel [a-z-]*script$/.test(line.name);
    return word === undefined || !isScript
      ? []
      : [{ word, job: line.name.includes("reconfig") ? "reconfig" : "notification" }];
  });
}

function jobOf(script: Script, named: readonly NamedScript[]): readonly FailoverScript[] {
  const name = baseName(script.file);
  const found = named.find(({ word }) => baseName(word.text) === name);
  if (found !== undefined) {
    return [{ script, job: found.job, namedBy: found.word }];
  }
  const comments = script.comments.map(({ text }) => text).join("\n");
  const isNamedSo = /reconfig(?!ur)/.test(name) && /redis|valkey|sentinel/i.test(`${name}\n${comments}`);
  if (/client-reconfig(uration)?-script/.test(comments) || isNamedSo) {
    return [{ script, job: "reconfig" }];
  }
  return comments.includes("notification-script") ? [{ script, job: "notification" }] : [];
}

function isCalledBy(script: Script, callers: readonly FailoverScript[]): boolean {
  const name = baseName(script.file);
  return callers.some(({ script: caller }) =>
    [
      ...caller.commands.flatMap((command) => [command.name, ...command.words.map(({ text }) => text)]),
      ...caller.assignments.map(({ value }) => value.text),
    ].some((text) => baseName(text) === name),
  );
}

/** Without the ending that a template has. */
function baseName(path: string): string {
  return (path.split("/").at(-1) ?? "").replace(/\.j2$/, "");
}

/** Commands that change nothing outside the script. */
const harmless = new Set(
  (
    ". : [ alias awk basename bc break case cat cd continue cut date declare dirname " +
    "echo eval exit export " +
    "false flock getopts grep head hostname local log logger mkdir mktemp print printf " +
    "pwd read readonly " +
    "return sed set shift sleep sort source tail tee test timestamp tr trap true type " +
    "typeset umask unset wait"
  ).split(" "),
);

/** Those that do what the script is for; functions of the script itself are not among them. */
export function actions(script: Script): readonly ScriptCommand[] {
  return script.commands.filter(
    ({ name }) =>
      !harmless.has(name) && !/^(logging|logger|log|os\.environ|sys)\b|^(int|str|len|open)$/.test(name),
  );
}

/** Text that a person reads. */
export function isSaying({ name }: ScriptCommand): boolean {
  return /^(echo|printf|print|logger|log\w*|(logging|logger|log|sys\.stdout)\.\w+)$/i.test(name);
}

const ASKING = [
  /get-master-addr-by-name|get_master_addr|discover_master|sentinel masters?\b/i,
  /(^|info )replication$|^(role|baton)$/i,
];

/** Whether it asks somebody who the primary is now. */
export function asksForPrimary(script: Script): boolean {
  const all = script.commands.flatMap((command) => [
    command.name,
    ...command.words.map(({ text }) => text),
  ]);
  return all.some((text) => ASKING.some((pattern) => pattern.test(text)));
}

export function startOf(script: Script): Place {
  return { file: script.file, line: 1, column: 1 };
}
