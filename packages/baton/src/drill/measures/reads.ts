// Stale reads: what a replica showed, against what had been acknowledged when it was asked.
import type { LedgerEntry, Reads } from "../types.ts";

/** What a client was shown at the end of its list; null: there was no list. */
export type Reading =
  | { readonly kind: "value"; readonly last: number | null; readonly askedAtMs: number }
  | { readonly kind: "failed"; readonly askedAtMs: number };

/**
 * The ids of a client grow, so an older one at the end of its list means that the newer are missing. How
 * stale it is, is the age of the oldest of those that were acknowledged before it was asked, and that are
 * still there in the end: what was lost is counted as lost, and nobody can be shown it.
 */
export function judgeReads(
  readings: readonly Reading[],
  entries: readonly LedgerEntry[],
  lost: ReadonlySet<number>,
): Reads {
  const kept = entries.filter(({ id, outcome }) => outcome.kind === "acknowledged" && !lost.has(id));
  let stale = 0;
  let stalestMs = 0;
  for (const reading of readings) {
    if (reading.kind === "failed") continue;
    const { last, askedAtMs } = reading;
    const missing = kept.find(
      ({ id, settledAtMs = Infinity }) => id > (last ?? -1) && settledAtMs <= askedAtMs,
    );
    if (missing === undefined) continue;
    stale += 1;
    stalestMs = Math.max(stalestMs, askedAtMs - (missing.settledAtMs ?? askedAtMs));
  }
  const failed = readings.filter(({ kind }) => kind === "failed").length;
  return { asked: readings.length, stale, failed, stalestMs: Math.round(stalestMs) };
}
