// Proofs that every kind of target at OVHcloud makes in the same way.
import { ApiRefusal } from "../../api/refusal.ts";
import type { Proof } from "../../target.ts";

const PASSING = new Set([408, 429]);

/** A refusal is a problem for a person; an API that is busy or away is not known to be one. */
function proofOfError(error: unknown): Proof {
  const isRefusal =
    error instanceof ApiRefusal &&
    error.status >= 400 &&
    error.status < 500 &&
    !PASSING.has(error.status);
  return { verdict: isRefusal ? "problem" : "unknown", sentence: (error as Error).message };
}

/** What a look proves; when it fails, why. Never rejects. */
export async function provedBy(look: () => Promise<readonly Proof[]>): Promise<readonly Proof[]> {
  try {
    return await look();
  } catch (error) {
    return [proofOfError(error)];
  }
}
