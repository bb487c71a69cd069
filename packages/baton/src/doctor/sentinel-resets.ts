// Where scripts and playbooks send SENTINEL RESET to several Sentinels with no time in between.
import { hostCount, playsOf } from "./deployments.ts";
import type { Facts, Word } from "./facts.ts";
import type {
  AnsibleFile,
  AnsiblePlay,
  AnsibleTask,
  Script,
  ScriptCommand,
  ScriptLoop,
} from "./facts-infrastructure.ts";
import { failoverScripts, isSaying } from "./failover-scripts.ts";
import type { Place } from "./finding.ts";

export interface Resets {
  readonly place: Place;
  /** What happens, as a sentence without its end. */
  readonly found: string;
}

/** A Sentinel has found replicas and other Sentinels again after that, says the manual. */
const REDISCOVERY_SECONDS = 30;

const RESET = /\bsentinel[\s"',]+reset\b|\bsentinel_reset\b/i;
/** What sends it, also as `"$CLI" -h ...`. */
const CLIENT = /\b(?:redis|valkey)-cli\b|^"?\$|\bsentinel_reset\b|\bexecute_command\b/i;
/** Shows text, or looks for it. */
const QUIET = /^(?:grep|trap|read|die|fail|usage|warn|err|error|info|debug)$/;
/** Asks a Sentinel, or a person, how it stands. */
const LOOK =
  /\bsentinel\s+(?:ckquorum|sentinels|replicas|slaves|masters?|get-master-addr)|\binfo\s+sentinel\b/i;
const LOOKING_NAME = /wait|check|verify|healthy|ready|confirm|ask|until/i;
const PARALLEL = /^(?:pdsh|clush|pssh|parallel-ssh|parallel)$/;

/** In scripts that Sentinel starts at a failover: all Sentinels start it, in the moment of the failure. */
export function resetsAtFailover(facts: Facts): readonly Resets[] {
  return failoverScripts(facts).flatMap(({ script }) => {
    const reset = script.commands.find(isReset);
    const found = "A script that Sentinel starts at a failover resets Sentinel";
    return reset === undefined ? [] : [{ place: reset.place, found }];
  });
}

/** In scripts that people start. */
export function resetsInScripts(facts: Facts): readonly Resets[] {
  const started = new Set(failoverScripts(facts).map(({ script }) => script));
  return facts.scripts
    .filter((script) => script.language === "shell" && !started.has(script))
    .flatMap((script) => inLoops(script) ?? oneAfterAnother(script) ?? []);
}

function inLoops(script: Script): Resets | undefined {
  for (const command of script.commands.filter(isReset)) {
    if (PARALLEL.test(command.name)) {
      return { place: command.place, found: `${command.name} resets several Sentinels at once` };
    }
    const loop = command.loops?.find((one) => namesHost(script, command, one));
    const isSlow = script.commands.some(
      (other) => loop !== undefined && other.loops?.includes(loop) === true && givesTime(other),
    );
    if (loop === undefined || isSlow) continue;
    return { place: command.place, found: "The loop resets one Sentinel right after the other" };
  }
  return undefined;
}

/** Whether the loop's variable stands in front of `sentinel reset`: behind it, it is a group. */
function namesHost(script: Script, command: ScriptCommand, loop: ScriptLoop): boolean {
  const read = script.commands.filter(({ name, loops }) => name === "read" && loops?.at(-1) === loop);
  const names = [loop.variable ?? "", ...read.flatMap(({ words }) => words.map(({ text }) => text))];
  const target = targetOf(command);
  return names.some((name) => /^\w+$/.test(name) && new RegExp(`\\$\\{?${name}\\b`).test(target));
}

/** Lines for one Sentinel each; commands in branches and functions may exclude each other. */
function oneAfterAnother({ commands }: Script): Resets | undefined {
  let before: ScriptCommand | undefined;
  for (const command of commands.filter(({ isNested }) => !isNested)) {
    if (!isReset(command)) {
      if (givesTime(command)) before = undefined;
    } else if (before !== undefined && targetOf(before) !== targetOf(command)) {
      return { place: command.place, found: "The script resets one Sentinel right after the other" };
    } else {
      before = command;
    }
  }
  return undefined;
}

function lineOf({ name, words }: ScriptCommand): string {
  return [name, ...words.map(({ text }) => text)].join(" ");
}

function isReset(command: ScriptCommand): boolean {
  const line = lineOf(command);
  return !isSaying(command) && !QUIET.test(command.name) && RESET.test(line) && CLIENT.test(line);
}

function targetOf(command: ScriptCommand): string {
  const line = lineOf(command);
  return line.slice(0, line.search(RESET));
}

/** A pause that is too short gives none; one that is not known may be long enough. */
function givesTime(command: ScriptCommand): boolean {
  if (command.name !== "sleep") {
    const isPrompt = command.name === "read" && command.words.some(({ text }) => /^-\w*p/.test(text));
    return isPrompt || LOOKING_NAME.test(command.name) || LOOK.test(lineOf(command));
  }
  const [pause] = command.words;
  const [, number, unit = "s"] = /^(\d+(?:\.\d+)?)([smh]?)$/.exec(pause?.text ?? "") ?? [];
  if (number === undefined) return true;
  return unit === "m" || unit === "h" || Number(number) >= REDISCOVERY_SECONDS;
}

/** Ansible runs a task on all hosts of a play at the same time, unless it is told not to. */
export function resetsInPlaybooks(facts: Facts): readonly Resets[] {
  return facts.ansible.flatMap((file) =>
    file.tasks.flatMap((task) => {
      const line = lineOfTask(task);
      if (line === undefined || !RESET.test(line)) return [];
      const found = inItems(task, line) ?? onHosts(facts, file, task);
      return found === undefined ? [] : [{ place: task.place, found }];
    }),
  );
}

function lineOfTask(task: AnsibleTask): string | undefined {
  if (!/^(?:command|shell|raw)$/.test(task.module)) return undefined;
  const words = task.values.get("argv") ?? task.values.get("") ?? task.values.get("cmd");
  return words?.map(({ text }) => text).join(" ");
}

function inItems({ items, pause }: AnsibleTask, line: string): string | undefined {
  const target = line.slice(0, line.search(RESET));
  const isMany =
    items.length > 1 || items.some(({ text }) => /groups\s*[[.]|ansible_play_hosts/.test(text));
  const seconds = pause === undefined ? 0 : Number(pause.text);
  const isSlow = Number.isNaN(seconds) || seconds >= REDISCOVERY_SECONDS;
  if (!/\{\{\s*item\b/.test(target) || !isMany || isSlow) return undefined;
  return "The loop of the task resets one Sentinel right after the other";
}

function onHosts(facts: Facts, file: AnsibleFile, task: AnsibleTask): string | undefined {
  const isOneOfThem = task.conditions.some(({ text }) =>
    /inventory_hostname|ansible_play_hosts/.test(text),
  );
  const isAlone = task.isOnce === true || task.delegate !== undefined || isOneOfThem;
  if (isAlone || isOneByOne(task.throttle)) return undefined;
  const play = playsOf(facts, file, task).find(
    ({ serial, hosts }) => !isOneByOne(serial) && isSeveral(facts, hosts),
  );
  return play && `The task resets the Sentinels of all hosts of ${play.hosts.text} at the same time`;
}

function isOneByOne(limit: Word | undefined): boolean {
  return limit !== undefined && (limit.isUnknown || limit.text === "1");
}

/** Where no inventory tells, a group by its name. */
function isSeveral(facts: Facts, hosts: AnsiblePlay["hosts"]): boolean {
  const count = hostCount(facts, hosts);
  return count === undefined
    ? /^(?:all|[\w-]*(?:sentinels|nodes|servers))$/.test(hosts.text)
    : count > 1;
}
