// Reads now and then, from a client, what replicas show; what it is worth is judged afterwards.
import type { Clock } from "../../sys/clock.ts";
import type { Reading } from "../measures/reads.ts";
import type { ReadOutcome } from "./client.ts";

export interface Reader {
  /** To be called after each acknowledged write, before the next; now and then it reads. */
  acknowledged(): Promise<void>;
  /** With times relative to the fault. */
  readings(faultMs: number): readonly Reading[];
}

/** Seldom: writes are what a drill is about, and a client does one thing at a time. */
const EVERY_MS = 1_000;
/** Some hours of a drill that does not end. */
const READINGS_MAX = 20_000;

export function startReader(read: () => Promise<ReadOutcome>, clock: Clock): Reader {
  const made: { readonly askedMs: number; readonly outcome: ReadOutcome }[] = [];
  let nextMs = clock.monotonicMs() + EVERY_MS;
  return {
    async acknowledged() {
      const askedMs = clock.monotonicMs();
      if (askedMs < nextMs || made.length >= READINGS_MAX) return;
      made.push({ askedMs, outcome: await read() });
      nextMs = clock.monotonicMs() + EVERY_MS;
    },
    readings: (faultMs) =>
      made.map(({ askedMs, outcome }) => ({ ...outcome, askedAtMs: askedMs - faultMs })),
  };
}
