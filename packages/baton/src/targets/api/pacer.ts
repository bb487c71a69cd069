// Keeps requests to one account apart, so that agents never run into a vendor's limit by themselves.
import type { Clock } from "../../sys/clock.ts";

export interface Pacer {
  /** Resolves when the next request may go; rejects with the signal's reason when it is aborted first. */
  turn(signal: AbortSignal): Promise<void>;
}

/** How many may go at once after a quiet time, unless a vendor's changes need more. */
const BURST = 6;

/** A bucket that holds `burst` requests and gains `perSecond` of them. First come, first served. */
export function openPacer(perSecond: number, clock: Clock, burst = BURST): Pacer {
  const gapMs = 1_000 / perSecond;
  /** When the bucket would be full again. */
  let fullAtMs = 0;
  return {
    async turn(signal) {
      signal.throwIfAborted();
      const nowMs = clock.monotonicMs();
      fullAtMs = Math.max(fullAtMs, nowMs) + gapMs;
      const waitMs = fullAtMs - nowMs - burst * gapMs;
      if (waitMs <= 0) return;
      try {
        await clock.sleep(waitMs, signal);
      } catch (error) {
        // It never went: attempts that were given up must not keep later ones waiting.
        fullAtMs -= gapMs;
        throw error;
      }
    },
  };
}

/** Buckets by account. Accounts come from the cluster file, which has no more of them. */
export function openPacers(clock: Clock): (account: string, perSecond: number, burst?: number) => Pacer {
  const pacers = new Map<string, Pacer>();
  return (account, perSecond, burst) => {
    const known = pacers.get(account);
    if (known !== undefined) return known;
    const fresh = openPacer(perSecond, clock, burst);
    pacers.set(account, fresh);
    return fresh;
  };
}
