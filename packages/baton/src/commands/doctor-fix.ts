// The options with which `baton doctor` mends what it finds, and the mending of files: said first, then done.
import { counted, printable } from "../cluster/text.ts";
import { diffLines } from "../doctor/edit-diff.ts";
import { type EditPlan, obstacleIn, planEdits } from "../doctor/edit-plan.ts";
import type { Finding } from "../doctor/finding.ts";
import { kindOf } from "../doctor/recognise.ts";
import { placeText } from "../doctor/reporters/text-lines.ts";
import type { SourceText } from "../doctor/sources.ts";
import { BatonError } from "../errors.ts";
import { obstacleTo, replaceFile } from "../sys/replace-file.ts";
import type { Context, Given } from "./command.ts";
import { textAsked } from "./doctor-asked.ts";

export const fixOptions = [
  { flags: "--fix", summary: "change files where the fix is certain; says first what" },
  {
    flags: "--apply",
    summary: "with --live: change running processes where the fix is certain; says first what",
  },
  { flags: "--dry-run", summary: "only say what --fix or --apply would change" },
];

export interface FixAsked {
  readonly files: boolean;
  readonly processes: boolean;
  readonly isDry: boolean;
}

/** Undefined when nothing is to be changed. @throws BatonError USAGE */
export function fixAsked(given: Given, paths: readonly string[]): FixAsked | undefined {
  const [files, processes, isDry] = [given["fix"], given["apply"], given["dryRun"]].map(
    (value) => value === true,
  );
  const wrong = (message: string) => new BatonError("USAGE", message);
  if (isDry === true && files !== true && processes !== true)
    throw wrong("--dry-run goes with --fix or --apply; without them nothing is changed anyway");
  if (files !== true && processes !== true) return undefined;
  if (files === true && paths.length === 0)
    throw wrong("--fix changes files, and none is given; running processes are changed by --apply");
  if (processes === true && given["live"] !== true)
    throw wrong("--apply changes running processes, and goes with --live");
  if (textAsked(given, "writeBaseline") !== undefined)
    throw wrong("--write-baseline keeps what is found, and goes without --fix and --apply");
  if (isDry === true && textAsked(given, "format") !== "text")
    throw wrong("--dry-run says what would change as text, and goes without --format");
  return { files: files === true, processes: processes === true, isDry: isDry === true };
}

/** The answer of a dry run, and a remark where a report follows. */
export type Say = (line: string) => void;

export function sayIn({ terminal }: Context, isDry: boolean): Say {
  return isDry ? terminal.out : terminal.note;
}

/** What is certain, by file; and why a file of these stays as it is. */
async function planFor(findings: readonly Finding[], onDisk: readonly SourceText[]): Promise<EditPlan> {
  const named = new Set(findings.flatMap(({ edits = [] }) => edits.map(({ place }) => place.file)));
  const obstacles = new Map<string, string>();
  for (const source of onDisk.filter(({ path }) => named.has(path))) {
    const { path, text: before } = source;
    const obstacle = obstacleIn(source) ?? (await obstacleTo({ path, before }));
    if (obstacle !== undefined) obstacles.set(path, obstacle);
  }
  return planEdits(findings, onDisk, (path) => obstacles.get(path));
}

function sayPlan({ files, fixed, deferred, kept }: EditPlan, say: Say, isDry: boolean): void {
  const would = isDry ? "would change" : "changes";
  if (files.length === 0) say("fix: nothing that is certain and may be changed in a file");
  else say(`fix: ${would} ${counted(files.length, "file")}, for ${counted(fixed.length, "finding")}`);
  for (const line of files.flatMap(diffLines)) say(line);
  const reasons = new Map<string, string[]>();
  for (const { finding, path, reason } of kept) {
    const clause = printable(`${path} ${reason}`);
    reasons.set(clause, [...(reasons.get(clause) ?? []), finding.rule]);
  }
  for (const [clause, rules] of reasons)
    say(`not changed: ${clause} (${[...new Set(rules)].join(", ")})`);
  for (const { rule, place } of deferred)
    say(`for another run: ${rule} at ${placeText(place)}, whose line is changed by something worse`);
}

/** Sentinel writes down its state over whatever an editor has put there; Redis reads at its start only. */
const RUNNING =
  "a running Redis or Sentinel does not read its file again, and Sentinel writes over it: stop it before, " +
  "or use --live --apply";
const UNITS =
  "systemd reads a unit again by systemctl daemon-reload, and uses it from the next start on";

/** What is still to be done for the changes to count. */
function notesOn(written: readonly SourceText[]): readonly string[] {
  const units = written.filter((source) => kindOf(source) === "systemd-unit").length;
  return [...(units < written.length ? [RUNNING] : []), ...(units > 0 ? [UNITS] : [])];
}

/** @returns whether any file was changed. */
export async function fixFiles(
  findings: readonly Finding[],
  onDisk: readonly SourceText[],
  context: Context,
  isDry: boolean,
): Promise<boolean> {
  const say = sayIn(context, isDry);
  const plan = await planFor(findings, onDisk);
  sayPlan(plan, say, isDry);
  if (isDry || plan.files.length === 0) return false;
  const written: SourceText[] = [];
  for (const file of plan.files) {
    context.signal.throwIfAborted();
    const reason = await replaceFile(file);
    if (reason === undefined) written.push(...onDisk.filter((source) => source.path === file.path));
    const path = printable(file.path);
    say(reason === undefined ? `written: ${path}` : `not changed: ${path} ${reason}`);
  }
  for (const note of notesOn(written)) say(`note: ${note}`);
  return written.length > 0;
}
