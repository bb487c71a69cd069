// A unified diff of planned edits, with the rules behind each change, and without passwords: it may end up
// in a log. Pure.
import { printable } from "../cluster/text.ts";
import type { ChangedLine, FileChange } from "./edit-plan.ts";
import { hidden, wordsShown } from "./edit-secrets.ts";

const CONTEXT = 3;

/** As `diff -u` writes it; behind the second @@ the rules. */
export function diffLines(change: FileChange): readonly string[] {
  const lines = change.before.split("\n");
  // What follows the last line break is no line.
  if (lines.at(-1) === "") lines.pop();
  const name = printable(change.path);
  let shift = 0;
  const hunks = hunksOf(change.lines, lines.length).flatMap((hunk) => {
    const text = hunkLines(hunk, lines, shift);
    shift += growthOf(hunk);
    return text;
  });
  return [`--- ${name}`, `+++ ${name}`, ...hunks];
}

interface Hunk {
  /** In the old text, from 1, both included. */
  readonly from: number;
  readonly to: number;
  readonly changes: readonly ChangedLine[];
}

/** Changes whose surroundings touch share a hunk. */
function hunksOf(changes: readonly ChangedLine[], count: number): readonly Hunk[] {
  const hunks: Hunk[] = [];
  for (const change of changes) {
    const from = Math.max(1, change.number - CONTEXT);
    const to = Math.min(count, change.number + CONTEXT);
    const last = hunks.at(-1);
    if (last === undefined || from > last.to + 1) hunks.push({ from, to, changes: [change] });
    else hunks.splice(-1, 1, { from: last.from, to, changes: [...last.changes, change] });
  }
  return hunks;
}

function growthOf({ changes }: Hunk): number {
  return changes.reduce((sum, { after }) => sum + after.length - 1, 0);
}

function hunkLines(hunk: Hunk, lines: readonly string[], shift: number): readonly string[] {
  const { from, to, changes } = hunk;
  const rules = [...new Set(changes.flatMap(({ rules }) => rules))].join(", ");
  const count = to - from + 1;
  const old = `-${String(from)},${String(count)}`;
  const fresh = `+${String(from + shift)},${String(count + growthOf(hunk))}`;
  const body = lines.slice(from - 1, to).flatMap((line, index) => {
    const change = changes.find(({ number }) => number === from + index);
    return change === undefined ? [` ${shown(line)}`] : changedLines(change);
  });
  return [`@@ ${old} ${fresh} @@ ${rules}`, ...body];
}

function changedLines({ before, after }: ChangedLine): readonly string[] {
  // An inserted line leaves the old one as it was.
  const kept = after.findIndex((line) => line === before);
  if (kept >= 0) return after.map((line, index) => `${index === kept ? " " : "+"}${shown(line)}`);
  // A mistyped name hides what it is the name of; the corrected one tells.
  const words = Math.min(...[before, ...after].map(wordsShown));
  return [`-${shown(before, words)}`, ...after.map((line) => `+${shown(line, words)}`)];
}

/** A tab is harmless, and a return belongs to the end of the line. */
function shown(line: string, words = wordsShown(line)): string {
  return hidden(line.replace(/\r$/, ""), words).split("\t").map(printable).join("\t");
}
