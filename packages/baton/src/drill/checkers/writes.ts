// Lost, unknown and duplicated writes: the ledger against what is really on the final primary.
import type { LedgerEntry } from "../types.ts";

export interface WritesFound {
  /** Acknowledged, and not there. */
  readonly lost: ReadonlySet<number>;
  /** Ids that are there more than once: a library sent them again by itself. */
  readonly duplicated: number;
  /** Refused by the server, and there all the same: would be a bug of the server or of the ledger. */
  readonly ghosts: number;
  /**
   * How much of the service's life is gone, in ms: from the oldest lost acknowledgement to the
   * fault, or to the newest
   * lost one when an old primary went on acknowledging after the fault. 0 when none was lost.
   */
  readonly lostWindowMs: number;
}

/** `found` are the ids read back from the list of one client, in their order. */
export function compareWrites(entries: readonly LedgerEntry[], found: readonly number[]): WritesFound {
  const there = new Set(found);
  const lost = new Set<number>();
  let ghosts = 0;
  let oldestMs = 0;
  let newestMs = 0;
  for (const { id, outcome, settledAtMs = 0 } of entries) {
    if (outcome.kind === "acknowledged" && !there.has(id)) {
      lost.add(id);
      oldestMs = Math.min(oldestMs, settledAtMs);
      newestMs = Math.max(newestMs, settledAtMs);
    }
    if (outcome.kind === "failed" && there.has(id)) ghosts += 1;
  }
  return { lost, duplicated: found.length - there.size, ghosts, lostWindowMs: newestMs - oldestMs };
}
