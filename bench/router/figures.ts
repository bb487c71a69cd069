// From single measures to the figures of a table: spreads over the rounds, and ratios within a round. Pure.
import { median } from "../../packages/baton/src/drill/measures/outage.ts";

/** What a load generator says of one run. */
export interface Played {
  readonly operations: number;
  readonly operationsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Resident memory of all processes of a proxy, in bytes. */
export interface MemoryUse {
  readonly beforeBytes: number;
  readonly afterBytes: number;
  /** Since the start of each process: the kernel's VmHWM. */
  readonly peakBytes: number;
}

export interface Measure extends Played {
  /** From 1. */
  readonly round: number;
  readonly contestant: string;
  readonly load: string;
  /** Processor time of the proxy; null where there is none. */
  readonly cpuMicrosPerOperation: number | null;
  readonly memory: MemoryUse | null;
}

export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** Each round's own quotient or difference, then the spread of these. */
export interface Comparison {
  readonly throughputRatio: Spread | null;
  readonly addedP50Ms: Spread | null;
}

export interface Row {
  readonly contestant: string;
  readonly rounds: number;
  readonly operationsPerSecond: Spread | null;
  /** By the contestant that it is compared with; itself is left out. */
  readonly comparedTo: Readonly<Record<string, Comparison>>;
  readonly p50Ms: Spread | null;
  readonly p99Ms: Spread | null;
  readonly cpuMicrosPerOperation: Spread | null;
  /** Lowest before, median after, highest peak. */
  readonly memory: MemoryUse | null;
}

export function spreadOf(values: readonly number[]): Spread | null {
  const middle = median(values);
  if (middle === null) return null;
  return { min: Math.min(...values), median: middle, max: Math.max(...values) };
}

function memoryOf(measures: readonly Measure[]): MemoryUse | null {
  const uses = measures.flatMap(({ memory }) => (memory === null ? [] : [memory]));
  const afterBytes = median(uses.map((use) => use.afterBytes));
  if (afterBytes === null) return null;
  return {
    beforeBytes: Math.min(...uses.map((use) => use.beforeBytes)),
    afterBytes,
    peakBytes: Math.max(...uses.map((use) => use.peakBytes)),
  };
}

export interface RowInput {
  readonly contestant: string;
  /** Of one load, all contestants. */
  readonly measures: readonly Measure[];
  /** Contestants to compare with. */
  readonly baselines: readonly string[];
}

function comparisonOf(own: readonly Measure[], others: readonly Measure[]): Comparison {
  const pairs = own.flatMap((measure) => {
    const other = others.find(({ round }) => round === measure.round);
    return other === undefined ? [] : [{ measure, other }];
  });
  return {
    throughputRatio: spreadOf(
      pairs.map(({ measure, other }) => measure.operationsPerSecond / other.operationsPerSecond),
    ),
    addedP50Ms: spreadOf(pairs.map(({ measure, other }) => measure.p50Ms - other.p50Ms)),
  };
}

/** A figure is null where a measure that it needs is missing in every round. */
export function rowOf({ contestant, measures, baselines }: RowInput): Row {
  const of = (id: string) => measures.filter((measure) => measure.contestant === id);
  const own = of(contestant);
  const others = baselines.filter((baseline) => baseline !== contestant);
  return {
    contestant,
    rounds: own.length,
    operationsPerSecond: spreadOf(own.map(({ operationsPerSecond }) => operationsPerSecond)),
    comparedTo: Object.fromEntries(others.map((id) => [id, comparisonOf(own, of(id))])),
    p50Ms: spreadOf(own.map(({ p50Ms }) => p50Ms)),
    p99Ms: spreadOf(own.map(({ p99Ms }) => p99Ms)),
    cpuMicrosPerOperation: spreadOf(own.flatMap((measure) => measure.cpuMicrosPerOperation ?? [])),
    memory: memoryOf(own),
  };
}

/** @param sorted ascending; @param share from 0 to 1. */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  const index = Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1));
  return sorted[index] ?? Number.NaN;
}
