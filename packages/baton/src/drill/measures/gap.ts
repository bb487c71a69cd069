// The longest time a client was without acknowledged writes: what a planned move costs, where the first
// write after its beginning proves nothing.
import type { LedgerEntry } from "../types.ts";

export interface Gap {
  /** Milliseconds after the fault; before it where the last write before it was a while ago. */
  readonly fromMs: number;
  readonly toMs: number;
}

const longer = (one: Gap, other: Gap): Gap =>
  other.toMs - other.fromMs > one.toMs - one.fromMs ? other : one;

/**
 * From the last acknowledged write before the fault on; only writes that survived count. A client that
 * goes on trying in vain is in a gap up to its last attempt.
 * @returns null when no such write came after the fault.
 */
export function longestGap(entries: readonly LedgerEntry[], lost: ReadonlySet<number>): Gap | null {
  let fromMs = 0;
  let longest: Gap | null = null;
  let lastAttemptMs = 0;
  for (const { id, sentAtMs, settledAtMs, outcome } of entries) {
    lastAttemptMs = sentAtMs;
    if (settledAtMs === undefined || outcome.kind !== "acknowledged" || lost.has(id)) continue;
    // One that was under way at the fault may be the answer of a process that is already dying.
    if (sentAtMs >= 0) {
      const gap = { fromMs, toMs: settledAtMs };
      longest = longest === null ? gap : longer(longest, gap);
    }
    fromMs = settledAtMs;
  }
  return longest === null ? null : longer(longest, { fromMs, toMs: lastAttemptMs });
}

/** Milliseconds, or null when no acknowledged write that survived came after the fault. */
export function longestGapMs(entries: readonly LedgerEntry[], lost: ReadonlySet<number>): number | null {
  const gap = longestGap(entries, lost);
  return gap === null ? null : Math.max(0, gap.toMs - gap.fromMs);
}
