// Whether a client never came back: the cluster is whole, and it still does not write.
import type { LedgerEntry } from "../types.ts";

/** Relative to the fault. */
export interface StuckWait {
  readonly sinceMs: number;
  readonly withinMs: number;
}

/** A write that was under way when the wait began counts: its client has come back with it. */
export function isStuck(
  entries: readonly LedgerEntry[],
  lost: ReadonlySet<number>,
  { sinceMs, withinMs }: StuckWait,
): boolean {
  return !entries.some(
    ({ id, outcome, settledAtMs }) =>
      outcome.kind === "acknowledged" &&
      settledAtMs !== undefined &&
      settledAtMs >= sinceMs &&
      settledAtMs <= sinceMs + withinMs &&
      !lost.has(id),
  );
}
