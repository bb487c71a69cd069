// Turns the moments of acknowledged writes into stretches during which writes flowed.
import type { TimeRange } from "./scale.ts";

/**
 * Stretches without a pause longer than `pauseMs`. Where that would yield more than `countMax` stretches
 * the pause is doubled until it does not, so that the drawing stays small whatever the run was.
 */
export function flowing(
  momentsMs: readonly number[],
  pauseMs: number,
  countMax: number,
): readonly TimeRange[] {
  const sorted = [...momentsMs].sort((a, b) => a - b);
  for (let allowedMs = Math.max(pauseMs, Number.MIN_VALUE); ; allowedMs *= 2) {
    const spans = join(sorted, allowedMs);
    if (spans.length <= countMax) return spans;
  }
}

function join(sortedMs: readonly number[], pauseMs: number): readonly TimeRange[] {
  const spans: { fromMs: number; toMs: number }[] = [];
  let last: { fromMs: number; toMs: number } | undefined;
  for (const ms of sortedMs) {
    if (last !== undefined && ms - last.toMs <= pauseMs) {
      last.toMs = ms;
      continue;
    }
    last = { fromMs: ms, toMs: ms };
    spans.push(last);
  }
  return spans;
}

/**
 * A pause that means something: four times the usual distance of two writes of this client, and at least
 * `leastMs`.
 */
export function usualPause(momentsMs: readonly number[], leastMs: number): number {
  const sorted = [...momentsMs].sort((a, b) => a - b);
  const distances = sorted
    .slice(1)
    .map((ms, index) => ms - (sorted[index] ?? ms))
    .sort((a, b) => a - b);
  const median = distances[Math.floor(distances.length / 2)] ?? 0;
  return Math.max(leastMs, 4 * median);
}
