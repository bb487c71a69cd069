// From single failovers to how often a vote was split. Pure.
import { median } from "../../packages/baton/src/drill/measures/outage.ts";
import type { Election } from "./election.ts";

/** Part of the contract of `npm run bench -- votes --json`; milliseconds. */
export interface VoteFigures {
  readonly elected: number;
  /** Failovers that needed more than one attempt. */
  readonly triedAgain: number;
  /** Failovers in which more than one Sentinel asked for votes: each of them could have been split. */
  readonly contested: number;
  /** From the first +sdown to the first +switch-master. */
  readonly decided: Spread | null;
  /** From the kill to the first +sdown. */
  readonly noticed: Spread | null;
  /** Between the second Sentinel that noticed, with whom the quorum is met, and the third. */
  readonly apart: Spread | null;
}

export interface Spread {
  readonly least: number;
  readonly median: number;
  /** Nine of ten are at most this. */
  readonly most90: number;
  readonly most: number;
}

function spreadOf(values: readonly number[]): Spread | null {
  const sorted = values.toSorted((one, other) => one - other);
  const [least] = sorted;
  const most = sorted.at(-1);
  if (least === undefined || most === undefined) return null;
  const most90 = sorted[Math.ceil(sorted.length * 0.9) - 1] ?? most;
  return { least, median: Math.round(median(sorted) ?? least), most90, most };
}

export function figuresOf(elections: readonly Election[]): VoteFigures {
  const done = elections.filter(({ switchedMs }) => switchedMs !== undefined);
  const times = (of: (election: Election) => number | undefined) =>
    spreadOf(done.flatMap((election) => of(election) ?? []));
  return {
    elected: done.length,
    triedAgain: done.filter(({ attempts }) => attempts > 1).length,
    contested: done.filter(({ candidates }) => candidates > 1).length,
    decided: times(({ noticedMs: [first], switchedMs }) =>
      first === undefined || switchedMs === undefined ? undefined : switchedMs - first,
    ),
    noticed: times(({ noticedMs: [first] }) => first),
    apart: times(({ noticedMs: [, second, third] }) =>
      second === undefined || third === undefined ? undefined : third - second,
    ),
  };
}
