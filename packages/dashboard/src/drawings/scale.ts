// Maps times and latencies to pixels, and chooses round values for the axes.

/**
 * A stretch of time in milliseconds, relative to whatever the drawing calls zero (in a drill: the
 * fault).
 */
export interface TimeRange {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Pixels {
  readonly fromPx: number;
  readonly toPx: number;
}

export type Scale = (value: number) => number;

/** Values outside the range land outside the pixels; a range without width lands in the middle. */
export function timeScale(range: TimeRange, pixels: Pixels): Scale {
  const widthMs = range.toMs - range.fromMs;
  const widthPx = pixels.toPx - pixels.fromPx;
  if (!(widthMs > 0)) return () => pixels.fromPx + widthPx / 2;
  return (ms) => pixels.fromPx + ((ms - range.fromMs) / widthMs) * widthPx;
}

/**
 * Latencies span five orders of magnitude in a drill, hence a logarithm; values outside are drawn at the
 * border.
 */
export function logScale(low: number, high: number, pixels: Pixels): Scale {
  const widthPx = pixels.toPx - pixels.fromPx;
  const decades = Math.log10(high / low);
  return (value) => {
    const inside = Math.min(high, Math.max(low, value));
    return pixels.fromPx + (Math.log10(inside / low) / decades) * widthPx;
  };
}

/**
 * Round times inside the range: steps of 1, 2 or 5 times a power of ten, at most `countMax` (2 or more)
 * of them.
 */
export function timeTicks(range: TimeRange, countMax: number): readonly number[] {
  const widthMs = range.toMs - range.fromMs;
  if (!(widthMs > 0) || !Number.isFinite(widthMs)) return [range.fromMs];
  const stepMs = roundStep(widthMs / countMax);
  const ticks: number[] = [];
  for (let step = Math.ceil(range.fromMs / stepMs); step * stepMs <= range.toMs; step += 1) {
    ticks.push(Number((step * stepMs).toPrecision(12)));
  }
  return ticks;
}

function roundStep(atLeast: number): number {
  const magnitude = 10 ** Math.floor(Math.log10(atLeast));
  const factor = [1, 2, 5].find((candidate) => candidate * magnitude >= atLeast * 0.999_999) ?? 10;
  return factor * magnitude;
}

/**
 * Powers of ten from at most `low` to at least `high`; always two or more, so that a log scale has a
 * width.
 */
export function decades(low: number, high: number): readonly number[] {
  const first = Math.floor(Math.log10(low) + 1e-9);
  const last = Math.max(first + 1, Math.ceil(Math.log10(high) - 1e-9));
  return Array.from({ length: last - first + 1 }, (_, index) => Number(`1e${first + index}`));
}
