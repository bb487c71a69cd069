// Looks from a client whether replicas show what it has been told is written.
import type { Clock } from "../../sys/clock.ts";
import type { Reads } from "../types.ts";
import type { ReadOutcome } from "./client.ts";

export interface Reader {
  /** To be called after each acknowledged write, before the next; now and then it reads. */
  acknowledged(id: number): Promise<void>;
  counts(): Reads;
}

/** Seldom: writes are what a drill is about, and a client does one thing at a time. */
const EVERY_MS = 1_000;

/** The ids of a client grow, so an older one at the end of its list means that the newest is missing. */
export function startReader(read: () => Promise<ReadOutcome>, clock: Clock): Reader {
  const counts = { asked: 0, stale: 0, failed: 0 };
  let nextMs = clock.monotonicMs() + EVERY_MS;
  return {
    async acknowledged(id) {
      if (clock.monotonicMs() < nextMs) return;
      const outcome = await read();
      nextMs = clock.monotonicMs() + EVERY_MS;
      counts.asked += 1;
      if (outcome.kind === "failed") counts.failed += 1;
      else if (outcome.last === null || outcome.last < id) counts.stale += 1;
    },
    counts: () => ({ ...counts }),
  };
}
