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
   * How much of the service's life is gone, in ms. Before the cure: from the oldest lost
   * acknowledgement to the fault, or to the newest lost one when an old primary went on
   * acknowledging. After the cure: from the first lost one to the last, as a stretch of its own,
   * because nothing was lost between the two. 0 when none was lost.
   */
  readonly lostWindowMs: number;
}

/** From the first to the last of some moments, or to `atLeastMs` when that is later. 0 for none. */
function stretchMs(moments: readonly number[], atLeastMs = Number.NEGATIVE_INFINITY): number {
  const [first, ...others] = moments;
  if (first === undefined) return 0;
  let fromMs = first;
  let toMs = Math.max(first, atLeastMs);
  for (const ms of others) {
    fromMs = Math.min(fromMs, ms);
    toMs = Math.max(toMs, ms);
  }
  return toMs - fromMs;
}

/**
 * `found` are the ids read back from the list of one client, in their order; `cureAtMs` is relative to
 * the fault, infinite where nothing was cured.
 */
export function compareWrites(
  entries: readonly LedgerEntry[],
  found: readonly number[],
  cureAtMs = Number.POSITIVE_INFINITY,
): WritesFound {
  const there = new Set(found);
  const lost = new Set<number>();
  const lostAtMs: number[] = [];
  let ghosts = 0;
  for (const { id, outcome, settledAtMs = 0 } of entries) {
    if (outcome.kind === "acknowledged" && !there.has(id)) {
      lost.add(id);
      lostAtMs.push(settledAtMs);
    }
    if (outcome.kind === "failed" && there.has(id)) ghosts += 1;
  }
  const early = lostAtMs.filter((ms) => ms < cureAtMs);
  const late = lostAtMs.filter((ms) => ms >= cureAtMs);
  return {
    lost,
    duplicated: found.length - there.size,
    ghosts,
    lostWindowMs: stretchMs(early, 0) + stretchMs(late),
  };
}
