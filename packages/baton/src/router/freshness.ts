// How long what an agent said about replicas holds.
import { CONFIRMATIONS_FRESH_MS, type Confirmations } from "../decide/types.ts";

/**
 * What was said `ageMs` ago, as it counts now: an agent that falls silent cannot know who could be
 * promoted.
 */
export function asOfNow(said: Confirmations, ageMs: number): Confirmations {
  if (said.kind !== "asked" || ageMs <= CONFIRMATIONS_FRESH_MS) return said;
  const reason = `nobody has told for ${Math.round(ageMs)} ms which replicas count`;
  return { kind: "refused", reason };
}
