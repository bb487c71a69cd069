// Waiting for the world: looks until a condition holds, with a deadline that names what is missing.
import { setTimeout as timer } from "node:timers/promises";

/** Monotonic, and the same for all processes of a machine: `baton lab kill --json` speaks of it, too. */
export const nowMs = () => Number(process.hrtime.bigint()) / 1e6;

const slowness = Math.min(20, Math.max(1, Number(process.env.SLOW ?? 1) || 1));

/** What went wrong in the world, told to people without a stack. */
export class Failure extends Error {}

/**
 * `look` returns undefined once it is so, or a sentence on what is missing.
 * @throws Failure after `withinMs`, which SLOW multiplies; the signal's reason when it is aborted
 */
export async function until(what, look, { withinMs, signal, everyMs = 50 }) {
  const deadlineMs = nowMs() + withinMs * slowness;
  for (;;) {
    signal.throwIfAborted();
    const missing = await look();
    if (missing === undefined) return;
    if (nowMs() > deadlineMs) throw new Failure(`waited ${withinMs} ms for ${what}: ${missing}`);
    // A timer that is aborted has an error of its own; the reason is what somebody wants to read.
    await timer(everyMs, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

/** How long this process itself stood still at the longest, since it was last asked. */
export function watchPresence() {
  const periodMs = 50;
  let lastMs = nowMs();
  let longestMs = 0;
  const timer = setInterval(() => {
    longestMs = Math.max(longestMs, nowMs() - lastMs - periodMs);
    lastMs = nowMs();
  }, periodMs);
  timer.unref();
  return {
    read() {
      const stalledMs = longestMs;
      longestMs = 0;
      return stalledMs;
    },
    close: () => clearInterval(timer),
  };
}
