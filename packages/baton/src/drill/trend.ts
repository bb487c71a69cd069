// Earlier drills of one fault side by side: what is usual, and whether the newest one is worse. Pure.
import { median } from "./measures/outage.ts";
import type { Verdict } from "./types.ts";

/** What a trend needs of an earlier result. */
export interface Run {
  readonly fault: string;
  /** The cluster's name. */
  readonly cluster: string;
  readonly startedAt: string;
  readonly verdict: Verdict;
  /** null when a client never wrote again. */
  readonly rtoMs: number | null;
  readonly measures: string;
  readonly objectiveMs: number;
  readonly lost: number;
  readonly acknowledged: number;
  /** Of the engines, "redis 7.0.15". */
  readonly versions: string;
  readonly downAfterMs: number;
}

/** What the newest run is held against: earlier ones of its cluster, its measure and its down-after. */
export interface Newest {
  readonly comparedWith: number;
  readonly medianMs: number | null;
  /** 0.26 is 26 % longer than the median; null when one of the two is not a number. */
  readonly longerBy: number | null;
  readonly isWorse: boolean;
}

export interface Trend {
  readonly fault: string;
  /** Oldest first. */
  readonly runs: readonly Run[];
  /** Of the runs in which all clients wrote again. */
  readonly medianMs: number | null;
  /** null when in one of them a client never did, or there is none. */
  readonly worstMs: number | null;
  readonly newest: Newest;
}

/** The next run of a healthy cluster differs by some hundred milliseconds: less than this is no news. */
const WORSE_BY = 0.2;

const isNumber = (ms: number | null): ms is number => ms !== null;
const timesOf = (runs: readonly Run[]): readonly number[] =>
  runs.map(({ rtoMs }) => rtoMs).filter(isNumber);

function newestOf(runs: readonly Run[]): Newest {
  const newest = runs.at(-1);
  const earlier = runs
    .slice(0, -1)
    .filter(
      ({ cluster, measures, downAfterMs }) =>
        cluster === newest?.cluster &&
        measures === newest.measures &&
        downAfterMs === newest.downAfterMs,
    );
  const medianMs = median(timesOf(earlier));
  const rtoMs = newest?.rtoMs ?? null;
  const longerBy = rtoMs === null || medianMs === null || medianMs === 0 ? null : rtoMs / medianMs - 1;
  // Never is longer than anything that has been measured.
  const isNever = newest !== undefined && rtoMs === null && medianMs !== null;
  const isWorse = isNever || (longerBy !== null && longerBy > WORSE_BY);
  return { comparedWith: earlier.length, medianMs, longerBy, isWorse };
}

/** By fault, in the order of the alphabet. */
export function trendsOf(all: readonly Run[]): readonly Trend[] {
  const faults = [...new Set(all.map(({ fault }) => fault))].sort();
  return faults.map((fault) => {
    const runs = all
      .filter((run) => run.fault === fault)
      .sort((a, b) => (a.startedAt < b.startedAt ? -1 : 1));
    const times = timesOf(runs);
    const isComplete = times.length === runs.length && times.length > 0;
    return {
      fault,
      runs,
      medianMs: median(times),
      worstMs: isComplete ? Math.max(...times) : null,
      newest: newestOf(runs),
    };
  });
}

const BLOCKS = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] as const;
const NEVER = "!";

/** One character a run, the longest one the highest; `!` where a client never wrote again. */
export function sparkline(runs: readonly Run[], charactersMax: number): string {
  const shown = runs.slice(-charactersMax);
  const most = Math.max(1, ...timesOf(shown));
  return shown
    .map(({ rtoMs }) => {
      if (rtoMs === null) return NEVER;
      return BLOCKS[Math.min(BLOCKS.length - 1, Math.floor((rtoMs / most) * BLOCKS.length))];
    })
    .join("");
}
