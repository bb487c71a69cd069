// `baton doctor --live --apply`: changes running processes by CONFIG SET and SENTINEL SET, said first, and
// with the way back at the end whatever happens.
import { counted, printable } from "../cluster/text.ts";
import type { Finding, LiveChange } from "../doctor/finding.ts";
import { type Applied, applyChanges, type Process } from "../doctor/live/apply.ts";
import { BYTES_MAX } from "../doctor/live/question.ts";
import { type PlannedChange, planChanges } from "../doctor/live-plan.ts";
import { placeText } from "../doctor/reporters/text-lines.ts";
import { BatonError } from "../errors.ts";
import { openDoor } from "../redis/door.ts";
import type { Context } from "./command.ts";
import { type Say, sayIn } from "./doctor-fix.ts";
import type { Access } from "./doctor-live.ts";
import type { Material } from "./doctor-material.ts";

const PATIENCE_MS = 2_000;

/** For a shell, whatever the words hold. */
function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'"'"'`)}'`;
}

/** Asks for the password where one is needed. */
function commandLine(
  to: string,
  words: readonly string[],
  { sentinelLogin, redisLogin, tlsFlags }: Access,
) {
  const [, address = "", port = ""] = /^(.*):(\d+)$/.exec(to) ?? [];
  const { username, password } = words[0] === "SENTINEL" ? sentinelLogin : redisLogin;
  const login = [
    ...(username === undefined ? [] : ["--user", username]),
    ...(password === undefined ? [] : ["--askpass"]),
  ];
  const all = ["redis-cli", "-h", address, "-p", port, ...login, ...tlsFlags, ...words];
  return printable(all.map(shellWord).join(" "));
}

/** Everybody who answered: what is changed, and who knows of a failover. */
function processesOf({ sources: { live } }: Material, access: Access): readonly Process[] {
  const { redis = [], sentinels = [] } = live ?? {};
  const bounds = { connectMs: PATIENCE_MS, commandMs: PATIENCE_MS, bytesMax: BYTES_MAX };
  return (["sentinel", "redis"] as const).flatMap((kind) =>
    (kind === "redis" ? redis : sentinels)
      .filter(({ silence }) => silence === undefined)
      .map(({ address, port }) => {
        const login = kind === "redis" ? access.redisLogin : access.sentinelLogin;
        const door = openDoor({ address, port, ...login, ...bounds, tls: access.tls });
        return { name: `${address}:${String(port)}`, kind, door };
      }),
  );
}

function sayPlan(changes: readonly PlannedChange[], say: Say, isDry: boolean): void {
  const would = isDry ? "would run" : "runs";
  say(`apply: ${would} ${counted(changes.length, "command")}, each proved by asking again`);
  for (const { to, command, undo, rules } of changes) {
    say(printable(`  ${to}  ${command.join(" ")}   (${rules.join(", ")})`));
    say(printable(`  ${" ".repeat(to.length)}  undone by ${undo.join(" ")}`));
  }
}

/** A setting that must be the same everywhere is not, where somebody was not heard. */
function sayLeftOut({ sources: { live } }: Material, say: Say): void {
  const all = [...(live?.redis ?? []), ...(live?.sentinels ?? [])];
  const silent = all.filter(({ silence }) => silence !== undefined);
  if (silent.length === 0) return;
  const names = silent.map(({ address, port }) => `${address}:${port}`);
  say(`left as they are, as they said nothing: ${names.join(", ")}`);
}

function sayUndo(changes: readonly LiveChange[], access: Access, say: Say): void {
  if (changes.length === 0) return;
  say("to undo it:");
  // The last change first, as with everything that is taken back.
  for (const { to, undo } of changes.toReversed()) say(`  ${commandLine(to, undo, access)}`);
}

function sayDone({ done, trouble }: Applied, planned: number, say: Say): void {
  for (const { to, command } of done) say(printable(`done and proved: ${to} ${command.join(" ")}`));
  if (done.length === 0 && trouble?.unclear === undefined)
    say(trouble === undefined ? "everything was so already" : "nothing was changed");
  if (trouble?.unclear !== undefined) {
    const { to, command } = trouble.unclear;
    say(printable(`may be done: ${to} ${command.join(" ")}`));
  } else if (trouble !== undefined && done.length > 0)
    say(`the other ${counted(planned - done.length, "command")} not run`);
}

/** What CONFIG SET says is gone with the process; a Sentinel keeps what it is told. */
const UNTIL_RESTART =
  "note: CONFIG SET lasts until the restart; write it into redis.conf, too, or run CONFIG REWRITE there";

/** @returns whether any process was changed. @throws BatonError UNABLE when not all of it was done. */
export async function applyFixes(
  findings: readonly Finding[],
  material: Material,
  context: Context,
  isDry: boolean,
): Promise<boolean> {
  const say = sayIn(context, isDry);
  const { access } = material;
  const { changes, deferred } = planChanges(findings);
  if (access === undefined || changes.length === 0) {
    say("apply: nothing that is certain and may be changed while it runs");
    return false;
  }
  sayPlan(changes, say, isDry);
  for (const { rule, place } of deferred)
    say(`for another run: ${rule} at ${placeText(place)}, which would set the same`);
  sayLeftOut(material, say);
  if (isDry) return false;
  const processes = processesOf(material, access);
  try {
    const applied = await applyChanges(changes, processes, context.signal);
    const { done, trouble } = applied;
    sayDone(applied, changes.length, say);
    if (done.some(({ command }) => command[0] === "CONFIG")) say(UNTIL_RESTART);
    sayUndo(trouble?.unclear === undefined ? done : [...done, trouble.unclear], access, say);
    if (trouble !== undefined)
      throw new BatonError("UNABLE", printable(`--apply ended early: ${trouble.reason}`));
    return done.length > 0;
  } finally {
    for (const { door } of processes) door.close();
  }
}
