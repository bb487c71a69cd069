// How long something took, many times over, in a few classes: what a histogram is made of. Pure.

export interface DurationCounts {
  readonly count: number;
  readonly totalMs: number;
  /** By upper bound in milliseconds: how many were within it, and not within the next smaller one. */
  readonly within: Readonly<Record<string, number>>;
}

/** The first is about what a replica in the same room takes; behind the last a write is given up. */
export const WAIT_BOUNDS_MS: readonly number[] = [0.5, 1, 2.5, 10, 50, 250, 1_000, 5_000];
/** From a connection that only had to be tried again to beyond the hold time of ten seconds. */
export const HOLD_BOUNDS_MS: readonly number[] = [100, 250, 500, 1_000, 2_000, 4_000, 8_000, 16_000];

export class Durations {
  private count = 0;
  private totalMs = 0;
  private readonly classes: readonly { readonly boundMs: number; count: number }[];

  /** `boundsMs`: upper bounds, in ascending order. */
  constructor(boundsMs: readonly number[]) {
    this.classes = boundsMs.map((boundMs) => ({ boundMs, count: 0 }));
  }

  add(ms: number): void {
    this.count += 1;
    this.totalMs += ms;
    for (const one of this.classes) {
      if (ms > one.boundMs) continue;
      one.count += 1;
      return;
    }
  }

  counts(): DurationCounts {
    const within = Object.fromEntries(this.classes.map(({ boundMs, count }) => [boundMs, count]));
    return { count: this.count, totalMs: this.totalMs, within };
  }
}
