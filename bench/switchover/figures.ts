// From single moves to the figures of a variant. Pure.
import { median } from "../../packages/baton/src/drill/measures/outage.ts";
import type { LedgerEntry } from "../../packages/baton/src/drill/types.ts";

/** One move of the primary, as it was measured. */
export interface MoveFacts {
  /** Monotonic milliseconds: right before the order, and when the cluster was whole again. */
  readonly startedMs: number;
  readonly wholeMs: number;
  readonly from: string;
  readonly to: string;
  readonly outcome: string;
  readonly reason: string;
  readonly pauseMs: number | null;
  /** Over the clients: longest time between two acknowledged writes. */
  readonly gapMedianMs: number;
  readonly gapWorstMs: number;
  /** Connections that the worst client lost. */
  readonly closedWorst: number;
  readonly fullResyncs: number;
  readonly errors: Readonly<Record<string, number>>;
  /** Longest time for which the benchmark itself stood still: part of every gap. */
  readonly stalledMs: number;
}

export interface MoveResult extends MoveFacts {
  readonly lost: number;
  /** Milliseconds from the first to the last acknowledgement of a lost write; 0 when none was lost. */
  readonly lostWindowMs: number;
}

/** The contract of `npm run bench -- switchover --json`. */
export interface VariantResult {
  readonly id: string;
  readonly title: string;
  readonly isOurs: boolean;
  readonly wanted: number;
  readonly moves: readonly MoveResult[];
  readonly outcomes: Readonly<Record<string, number>>;
  readonly sent: number;
  readonly acknowledged: number;
  readonly lost: number;
  readonly duplicated: number;
  /** Refused by the server, and there all the same. */
  readonly ghosts: number;
  readonly errors: Readonly<Record<string, number>>;
  readonly closedWorst: number;
  readonly gapMedianMs: number | null;
  readonly gapWorstMs: number | null;
  readonly pauseMedianMs: number | null;
  readonly pauseWorstMs: number | null;
  readonly fullResyncs: number;
  /** Median of all full seconds, those with a move in them included. */
  readonly writesPerSecond: number | null;
  readonly stalledWorstMs: number | null;
  /** Why fewer moves than wanted were made, or why the audit is not sure; in sentences. */
  readonly findings: readonly string[];
}

export interface FigureInput extends Pick<VariantResult, "id" | "title" | "isOurs" | "wanted"> {
  readonly moves: readonly MoveFacts[];
  /** With times in monotonic milliseconds. */
  readonly entries: readonly LedgerEntry[];
  /** Ids that were acknowledged and are not on the final primary. */
  readonly lost: ReadonlySet<number>;
  readonly duplicated: number;
  readonly ghosts: number;
  readonly perSecond: readonly number[];
  readonly findings: readonly string[];
}

const worst = (values: readonly number[]): number | null =>
  values.length === 0 ? null : Math.max(...values);

/** A lost write belongs to the last move that had begun when it was acknowledged. */
function withLosses(
  moves: readonly MoveFacts[],
  { entries, lost }: Pick<FigureInput, "entries" | "lost">,
): readonly MoveResult[] {
  const acknowledgedMs = moves.map((): number[] => []);
  for (const { id, settledAtMs = 0 } of entries) {
    if (!lost.has(id)) continue;
    const begun = moves.findLastIndex(({ startedMs }) => startedMs <= settledAtMs);
    acknowledgedMs[Math.max(0, begun)]?.push(settledAtMs);
  }
  return moves.map((move, index) => {
    const timesMs = (acknowledgedMs[index] ?? []).toSorted((a, b) => a - b);
    const lostWindowMs = Math.round((timesMs.at(-1) ?? 0) - (timesMs[0] ?? 0));
    return { ...move, lost: timesMs.length, lostWindowMs };
  });
}

function sumOf(counts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const count of counts)
    for (const [name, times] of Object.entries(count)) sum[name] = (sum[name] ?? 0) + times;
  return sum;
}

export function figuresOf(input: FigureInput): VariantResult {
  const { moves, entries, lost, perSecond, ...rest } = input;
  const pauses = moves.flatMap(({ pauseMs }) => (pauseMs === null ? [] : [pauseMs]));
  return {
    ...rest,
    moves: withLosses(moves, input),
    outcomes: sumOf(moves.map(({ outcome }) => ({ [outcome]: 1 }))),
    sent: entries.length,
    acknowledged: entries.filter(({ outcome }) => outcome.kind === "acknowledged").length,
    lost: lost.size,
    errors: sumOf(
      entries.flatMap(({ outcome }) =>
        outcome.kind === "acknowledged" ? [] : [{ [outcome.error]: 1 }],
      ),
    ),
    closedWorst: worst(moves.map(({ closedWorst }) => closedWorst)) ?? 0,
    gapMedianMs: median(moves.map(({ gapMedianMs }) => gapMedianMs)),
    gapWorstMs: worst(moves.map(({ gapWorstMs }) => gapWorstMs)),
    pauseMedianMs: median(pauses),
    pauseWorstMs: worst(pauses),
    fullResyncs: moves.reduce((sum, { fullResyncs }) => sum + fullResyncs, 0),
    writesPerSecond: median(perSecond),
    stalledWorstMs: worst(moves.map(({ stalledMs }) => stalledMs)),
  };
}
