// The only way to wait for the world: look again until it is as wanted, with a deadline and a
// sentence for the failure.
import { BatonError, type ErrorCode } from "../errors.ts";
import { type Clock, slowness, systemClock } from "./clock.ts";

/** What one look yields: the value, or a sentence on what is still missing. */
export type Look<T> =
  | { readonly done: true; readonly value: T }
  | { readonly done: false; readonly missing: string };

export const seen = <T>(value: T): Look<T> => ({ done: true, value });
export const missing = (sentence: string): Look<never> => ({ done: false, missing: sentence });

export interface WaitOptions {
  /** Deadline in milliseconds, multiplied by SLOW. */
  readonly withinMs: number;
  /** Pause between two looks; default 50. */
  readonly everyMs?: number;
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
  /** Error code of a missed deadline; default NOT_READY. */
  readonly code?: ErrorCode;
}

/**
 * Looks until the look is done. An error thrown by the look counts as "not yet" and ends up as the
 * cause of the
 * missed deadline.
 * @throws BatonError NOT_READY (or `code`) with what was still missing at the deadline.
 */
export async function waitFor<T>(
  what: string,
  look: () => Promise<Look<T>> | Look<T>,
  options: WaitOptions,
): Promise<T> {
  const clock = options.clock ?? systemClock;
  const withinMs = options.withinMs * slowness();
  const endMs = clock.monotonicMs() + withinMs;
  let lastMissing = "never looked";
  let cause: unknown;
  for (;;) {
    options.signal?.throwIfAborted();
    try {
      const looked = await look();
      if (looked.done) return looked.value;
      lastMissing = looked.missing;
      cause = undefined;
    } catch (error) {
      lastMissing = error instanceof Error ? error.message : String(error);
      cause = error;
    }
    if (clock.monotonicMs() >= endMs) {
      const message = `waited ${Math.round(withinMs)} ms for ${what}; still missing: ${lastMissing}`;
      throw new BatonError(options.code ?? "NOT_READY", message, { cause });
    }
    await clock.sleep(options.everyMs ?? 50, options.signal);
  }
}
