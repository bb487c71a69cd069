// From the writes of a team to its row of the table of outages. Pure.
import type { WritesFound } from "../../packages/baton/src/drill/measures/writes.ts";
import type { LedgerEntry } from "../../packages/baton/src/drill/types.ts";
import { type Spread, spreadOf } from "./figures.ts";

export interface OutageRow {
  readonly contestant: string;
  readonly title: string;
  /**
   * Over the runs: the longest time without an acknowledged write of the worst client, in milliseconds.
   */
  readonly gapMs: Spread | null;
  readonly gapsMs: readonly number[];
  /** Over all runs and clients, from here on. */
  readonly sent: number;
  readonly acknowledged: number;
  /** Acknowledged, and not on the final primary. */
  readonly lost: number;
  /** There more than once: the library sent them again by itself. */
  readonly duplicated: number;
  /** Writes that were not acknowledged, by class. */
  readonly errors: Readonly<Record<string, number>>;
}

export interface OutageInput {
  readonly team: string;
  readonly title: string;
  readonly gapsMs: readonly number[];
  /** Of this team's clients only. */
  readonly entries: readonly LedgerEntry[];
  readonly found: readonly WritesFound[];
}

export function outageRowOf({ team, title, gapsMs, entries, found }: OutageInput): OutageRow {
  const errors: Record<string, number> = {};
  let acknowledged = 0;
  for (const { outcome } of entries) {
    if (outcome.kind === "acknowledged") acknowledged += 1;
    else errors[outcome.error] = (errors[outcome.error] ?? 0) + 1;
  }
  return {
    contestant: team,
    title,
    gapMs: spreadOf(gapsMs),
    gapsMs,
    sent: entries.length,
    acknowledged,
    lost: found.reduce((sum, { lost }) => sum + lost.size, 0),
    duplicated: found.reduce((sum, { duplicated }) => sum + duplicated, 0),
    errors,
  };
}
