// Long work in pieces: between them everything else of this process has its turn.
import { setImmediate } from "node:timers/promises";
import type { Clock } from "../sys/clock.ts";

/** A turn of the loop distrusts a process that stood still for 500 ms, and clients wait for every one. */
const PIECE_MS = 15;

/** To be awaited between two pieces; lets others go first when it is their turn. */
export function atEase(clock: Pick<Clock, "monotonicMs">): () => Promise<void> {
  let sinceMs = clock.monotonicMs();
  return async () => {
    if (clock.monotonicMs() - sinceMs < PIECE_MS) return;
    await setImmediate();
    sinceMs = clock.monotonicMs();
  };
}
