// Sentences on what a look at DigitalOcean has found, for `baton targets check`.
import { ApiRefusal } from "../../api/refusal.ts";
import type { Proof } from "../../target.ts";
import type { DigitalOcean } from "./client.ts";

/** Credentials, rights, and things that are not there. */
const LASTING = new Set([401, 403, 404]);
/** Below this part of the hour's requests a failover may find none left. */
const SCARCE = 0.1;

/** A look that failed: what will not pass by itself is a problem, the rest leaves the question open. */
export function proofOf(what: string, error: unknown): Proof {
  const isLasting = error instanceof ApiRefusal && LASTING.has(error.status);
  const sentence = `${what}: ${(error as Error).message}`;
  return { verdict: isLasting ? "problem" : "unknown", sentence };
}

/** The vendor tells nobody which scopes a token has. */
export const unaskable = (deed: string, scopes: string): Proof => ({
  verdict: "unknown",
  sentence: `whether the token may ${deed} only a change can tell; it needs ${scopes}`,
});

export function proveBudget(api: DigitalOcean): readonly Proof[] {
  const budget = api.budget();
  if (budget === undefined) return [];
  const { left, limit } = budget;
  const sentence = `${left} of the ${limit} requests that the token has in an hour are left`;
  if (left >= limit * SCARCE) return [{ verdict: "right", sentence }];
  const next = "somebody asks too much with the same token: give Baton one of its own";
  return [{ verdict: "problem", sentence: `${sentence}; ${next}` }];
}
