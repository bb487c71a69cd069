// Keeps what a read has just seen for the write that follows it: vendors count requests.
import { systemClock } from "../../../sys/clock.ts";

/** What was looked at longer ago is looked at again before it is changed. */
const RECENT_MS = 1_000;

/** `atMs`: monotonic, when it was seen. */
export const isRecent = (atMs: number): boolean => systemClock.monotonicMs() - atMs < RECENT_MS;

export interface Recent<T extends { readonly atMs: number }> {
  keep(seen: T): T;
  /** Once, and only what is recent. */
  take(): T | undefined;
}

export function openRecent<T extends { readonly atMs: number }>(): Recent<T> {
  let last: T | undefined;
  return {
    keep(seen) {
      last = seen;
      return seen;
    },
    take() {
      const taken = last;
      last = undefined;
      return taken !== undefined && isRecent(taken.atMs) ? taken : undefined;
    },
  };
}
