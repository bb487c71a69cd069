// Turns the certain fixes of findings into new texts of files: all edits of a finding or none, and no line
// changed by two. Pure.
import { assert } from "../errors.ts";
import type { Edit, Finding } from "./finding.ts";
import { seeThrough } from "./parse/template.ts";
import { kindOf } from "./recognise.ts";
import type { SourceText } from "./sources.ts";

export interface ChangedLine {
  /** In the old text, from 1. */
  readonly number: number;
  readonly before: string;
  /** More than one where lines are inserted. */
  readonly after: readonly string[];
  readonly rules: readonly string[];
}

export interface FileChange {
  readonly path: string;
  readonly before: string;
  readonly after: string;
  /** In order. */
  readonly lines: readonly ChangedLine[];
}

export interface EditPlan {
  readonly files: readonly FileChange[];
  /** What the changes put right. */
  readonly fixed: readonly Finding[];
  /** Certain, too, but a worse finding changes a line of theirs: for another run. */
  readonly deferred: readonly Finding[];
  /** Certain, and in a file that is not to be changed. */
  readonly kept: readonly {
    readonly finding: Finding;
    readonly path: string;
    readonly reason: string;
  }[];
}

/** An absent reason: may be changed. */
export type Obstacles = (path: string) => string | undefined;

/** Files of these kinds say themselves what is done; all others make such files, or are code. */
const EDITABLE: ReadonlySet<string> = new Set([
  "redis-conf",
  "sentinel-conf",
  "acl-file",
  "systemd-unit",
]);

/** Why no edit of a text is certain, as a clause. A file of no kind is a part that another one includes. */
export function obstacleIn(source: SourceText): string | undefined {
  if (seeThrough(source).isTemplate) return "is a template";
  const kind = kindOf(source);
  return kind === undefined || EDITABLE.has(kind) ? undefined : "is no configuration file itself";
}

interface Claim {
  readonly edit: Edit;
  readonly rules: string[];
}

/** `findings` worst first: where two want the same line, the first gets it. */
export function planEdits(
  findings: readonly Finding[],
  sources: readonly SourceText[],
  obstacleTo: Obstacles,
): EditPlan {
  const texts = new Map(sources.map((source) => [source.path, source]));
  const claims = new Map<string, Claim>();
  const fixed: Finding[] = [];
  const deferred: Finding[] = [];
  const kept: EditPlan["kept"][number][] = [];
  for (const finding of findings) {
    const { edits = [], rule } = finding;
    if (edits.length === 0) continue;
    const obstacle = edits
      .map(({ place: { file } }) => ({ path: file, reason: reasonIn(texts.get(file), obstacleTo) }))
      .find(({ reason }) => reason !== undefined);
    if (obstacle?.reason !== undefined)
      kept.push({ finding, path: obstacle.path, reason: obstacle.reason });
    else if (!fit(edits, claims)) deferred.push(finding);
    else {
      for (const edit of edits) claim(edit, rule, claims);
      fixed.push(finding);
    }
  }
  const files = sources.flatMap((source) => changeOf(source, claims) ?? []);
  return { files, fixed, deferred, kept };
}

function reasonIn(source: SourceText | undefined, obstacleTo: Obstacles): string | undefined {
  if (source === undefined) return "is no file on this disk";
  return obstacleIn(source) ?? obstacleTo(source.path);
}

function lineKey({ place }: Edit): string {
  return `${place.file}:${String(place.line)}`;
}

/** An included file is met once for each of its nodes, so the same edit may come several times. */
function isFree(edit: Edit, claims: ReadonlyMap<string, Claim>): boolean {
  const known = claims.get(lineKey(edit))?.edit;
  if (known === undefined) return true;
  const isAlike = known.length === edit.length && known.text === edit.text;
  return isAlike && known.place.column === edit.place.column;
}

/** Also not when two of them want one line: only one of them would be made. */
function fit(edits: readonly Edit[], claims: ReadonlyMap<string, Claim>): boolean {
  const own = new Map<string, Claim>();
  return edits.every((edit) => {
    const isFit = isFree(edit, claims) && isFree(edit, own);
    own.set(lineKey(edit), { edit, rules: [] });
    return isFit;
  });
}

function claim(edit: Edit, rule: string, claims: Map<string, Claim>): void {
  const known = claims.get(lineKey(edit));
  if (known === undefined) claims.set(lineKey(edit), { edit, rules: [rule] });
  else if (!known.rules.includes(rule)) known.rules.push(rule);
}

function changeOf(
  { path, text }: SourceText,
  claims: ReadonlyMap<string, Claim>,
): FileChange | undefined {
  const changed: ChangedLine[] = [];
  const after = text.split("\n").map((line, index) => {
    const found = claims.get(`${path}:${String(index + 1)}`);
    if (found === undefined) return line;
    const edited = edit(line, found.edit);
    changed.push({
      number: index + 1,
      before: line,
      after: edited.split("\n"),
      rules: found.rules,
    });
    return edited;
  });
  if (changed.length === 0) return undefined;
  return { path, before: text, after: after.join("\n"), lines: changed };
}

/** A line that is inserted ends as the one below it does. */
function edit(line: string, { place, length, text }: Edit): string {
  const start = place.column - 1;
  assert(start >= 0 && start + length <= line.length, `an edit leaves its line in ${place.file}`);
  const written = line.endsWith("\r") ? text.replaceAll("\n", "\r\n") : text;
  return line.slice(0, start) + written + line.slice(start + length);
}
