// Which groups the overview shows, and in what order: the worst first.
import type { GroupRow } from "../wire/events.ts";

export const SEVERITIES = ["error", "warning", "info", "fine"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** What an agent of another version may call by a word that this page does not know counts as `info`. */
export const severityOf = (word: string): Severity => SEVERITIES.find((one) => one === word) ?? "info";

/** Worst first; among equals those that are not quiet on purpose, then by name. */
function compare(a: GroupRow, b: GroupRow): number {
  const rank = SEVERITIES.indexOf(severityOf(a.severity)) - SEVERITIES.indexOf(severityOf(b.severity));
  if (rank !== 0) return rank;
  if (a.isQuiet !== b.isQuiet) return a.isQuiet ? 1 : -1;
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

interface Wanted {
  /** Words that must all stand somewhere in name, host or headline. */
  readonly text: string;
  readonly severity: Severity | "quiet" | undefined;
}

function isWanted(row: GroupRow, { text, severity }: Wanted): boolean {
  if (severity === "quiet" && !row.isQuiet) return false;
  if (severity !== undefined && severity !== "quiet" && severityOf(row.severity) !== severity)
    return false;
  const own = `${row.name} ${row.host ?? ""} ${row.severity} ${row.headline}`.toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/u)
    .every((word) => own.includes(word));
}

export function orderedRows(rows: Iterable<GroupRow>, wanted: Wanted): readonly GroupRow[] {
  return [...rows].filter((row) => isWanted(row, wanted)).sort(compare);
}

export type Counts = Readonly<Record<Severity | "quiet", number>>;

export function countsOf(rows: Iterable<GroupRow>): Counts {
  const counts = { error: 0, warning: 0, info: 0, fine: 0, quiet: 0 };
  for (const row of rows) {
    counts[severityOf(row.severity)] += 1;
    if (row.isQuiet) counts.quiet += 1;
  }
  return counts;
}
