// Keeps requests to one account apart, so that agents never run into a vendor's limit by themselves.
import type { Clock } from "../../sys/clock.ts";

export interface Pacer {
  /** Resolves when the next request may go; rejects with the signal's reason when it is aborted first. */
  turn(signal: AbortSignal): Promise<void>;
}

/** How many may go at once after a quiet time: the requests of one change. */
const BURST = 6;

/** A bucket that holds BURST requests and gains `perSecond` of them. First come, first served. */
export function openPacer(perSecond: number, clock: Clock): Pacer {
  const gapMs = 1_000 / perSecond;
  /** When the bucket would be full again. */
  let fullAtMs = 0;
  return {
    async turn(signal) {
      signal.throwIfAborted();
      const nowMs = clock.monotonicMs();
      fullAtMs = Math.max(fullAtMs, nowMs) + gapMs;
      const waitMs = fullAtMs - nowMs - BURST * gapMs;
      if (waitMs > 0) await clock.sleep(waitMs, signal);
    },
  };
}

/** Buckets by account. Accounts come from the cluster file, which has no more of them. */
export function openPacers(clock: Clock): (account: string, perSecond: number) => Pacer {
  const pacers = new Map<string, Pacer>();
  return (account, perSecond) => {
    const known = pacers.get(account);
    if (known !== undefined) return known;
    const fresh = openPacer(perSecond, clock);
    pacers.set(account, fresh);
    return fresh;
  };
}
