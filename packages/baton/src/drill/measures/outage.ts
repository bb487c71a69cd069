// Outage of a client: from the fault to the first acknowledged write that survived. "First OK"
// alone may be a lie of the
// old primary.
import type { LedgerEntry } from "../types.ts";

/**
 * Only writes sent after the fault count: one that was under way may be answered by a process that
 * is already dying.
 * @returns milliseconds, or null when no such write exists.
 */
export function outageMs(entries: readonly LedgerEntry[], lost: ReadonlySet<number>): number | null {
  for (const { id, sentAtMs, settledAtMs, outcome } of entries) {
    if (sentAtMs >= 0 && outcome.kind === "acknowledged" && !lost.has(id)) return settledAtMs ?? null;
  }
  return null;
}

export function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? 0)) / 2;
}
