// The longest time a client was without acknowledged writes: what a planned move costs, where the first
// write after its beginning proves nothing.
import type { LedgerEntry } from "../types.ts";

/**
 * From the last acknowledged write before the fault on; only writes that survived count. A client that
 * goes on trying in vain is in a gap up to its last attempt.
 * @returns milliseconds, or null when no such write came after the fault.
 */
export function longestGapMs(entries: readonly LedgerEntry[], lost: ReadonlySet<number>): number | null {
  let lastMs = 0;
  let longestMs: number | null = null;
  let lastAttemptMs = 0;
  for (const { id, sentAtMs, settledAtMs, outcome } of entries) {
    lastAttemptMs = sentAtMs;
    if (settledAtMs === undefined || outcome.kind !== "acknowledged" || lost.has(id)) continue;
    // One that was under way at the fault may be the answer of a process that is already dying.
    if (sentAtMs >= 0) longestMs = Math.max(longestMs ?? 0, settledAtMs - lastMs);
    lastMs = settledAtMs;
  }
  return longestMs === null ? null : Math.max(longestMs, lastAttemptMs - lastMs);
}
