// How many messages a channel may send: a few at once, then one now and then. What ends something is free.
import type { Clock } from "../sys/clock.ts";

const BURST = 10;
const EVERY_MS = 20_000;

/** For people. */
export const LIMIT_WORDS = `at most ${BURST} at once and one more every ${EVERY_MS / 1_000} s`;

export interface Bucket {
  /** @returns false: not now */
  take(): boolean;
  /** When there is one again. Monotonic milliseconds. */
  nextMs(): number;
}

export function openBucket(clock: Pick<Clock, "monotonicMs">): Bucket {
  /** When it would be full again. */
  let fullAtMs = 0;
  const roomMs = (BURST - 1) * EVERY_MS;
  return {
    take() {
      const nowMs = clock.monotonicMs();
      if (fullAtMs - nowMs > roomMs) return false;
      fullAtMs = Math.max(fullAtMs, nowMs) + EVERY_MS;
      return true;
    },
    nextMs: () => fullAtMs - roomMs,
  };
}
