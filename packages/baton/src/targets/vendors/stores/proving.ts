// Proofs that never reject: what a look throws is what was found.
import type { Proof } from "../../target.ts";

export const right = (sentence: string): Proof => ({ verdict: "right", sentence });
export const problem = (sentence: string): Proof => ({ verdict: "problem", sentence });
export const unknown = (sentence: string): Proof => ({ verdict: "unknown", sentence });

/** `what` says what could not be seen when there was no time for it. */
export async function proven(
  what: string,
  signal: AbortSignal,
  look: () => Promise<readonly Proof[]>,
): Promise<readonly Proof[]> {
  try {
    signal.throwIfAborted();
    return await look();
  } catch (error) {
    if (signal.aborted) return [unknown(`${what}: no answer in time`)];
    return [problem(`${what}: ${(error as Error).message}`)];
  }
}
