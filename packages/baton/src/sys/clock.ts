// Time behind a small interface, so that whoever waits or compares can be given another clock in a test.
import { setTimeout as timer } from "node:timers/promises";

export interface Clock {
  /** Monotonic milliseconds; on Linux the same for all processes of a machine (CLOCK_MONOTONIC). */
  monotonicMs(): number;
  /** Milliseconds since 1970, as the machine believes. */
  wallMs(): number;
  /** Resolves after `ms`; rejects with the signal's reason when it is aborted first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  monotonicMs: () => Number(process.hrtime.bigint()) / 1e6,
  wallMs: () => Date.now(),
  async sleep(ms, signal) {
    try {
      await timer(ms, undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  },
};

/**
 * How much slower this machine is than the one the deadlines were set on: SLOW=3 triples every
 * deadline. 1 to 20.
 */
export function slowness(environment: NodeJS.ProcessEnv = process.env): number {
  const asked = Number(environment["SLOW"] ?? 1);
  return Number.isFinite(asked) ? Math.min(20, Math.max(1, asked)) : 1;
}
