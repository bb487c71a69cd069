// What credentials at OVHcloud may do, held against what a target needs: a consumer key can be asked for its
// access rules, a service account cannot.
import { z } from "zod";
import type { Asked } from "../../api/api.ts";
import { ApiRefusal } from "../../api/refusal.ts";
import type { Proof } from "../../target.ts";

export interface Call {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** Of the API; `*` stands for whatever an access rule's `*` does. */
  readonly path: string;
}

export interface OvhNeeds {
  /** The access rules of a consumer key that is made for this. */
  readonly rules: readonly Call[];
  /** The actions of an IAM policy that is made for this. */
  readonly actions: readonly string[];
}

export type Asking = <T>(asked: Asked<T>, signal: AbortSignal) => Promise<T>;

const credential = z.object({
  status: z.string(),
  expiration: z.string().nullish(),
  rules: z
    .array(z.object({ method: z.string(), path: z.string() }))
    .max(10_000)
    .nullish(),
});

/** Two weeks: from then on the expiry is said with what to do. */
const SOON_MS = 14 * 86_400_000;

/** A `*` stands for any characters, slashes too. */
function fits(pattern: string, text: string): boolean {
  const [head = "", ...parts] = pattern.split("*");
  const tail = parts.pop();
  if (tail === undefined) return pattern === text;
  const end = text.length - tail.length;
  if (!text.startsWith(head) || !text.endsWith(tail) || end < head.length) return false;
  let at = head.length;
  for (const part of parts) {
    const found = text.indexOf(part, at);
    if (found === -1 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}

/** Whether one of the rules allows everything that the call stands for. */
export const isCovered = (
  call: Call,
  rules: readonly { readonly method: string; readonly path: string }[],
): boolean =>
  rules.some(({ method, path }) => method.toUpperCase() === call.method && fits(path, call.path));

function validity({ status, expiration }: z.output<typeof credential>, nowMs: number): Proof {
  const advice = "make a new one, with the access rules of the documentation";
  if (status !== "validated") {
    const found =
      status === "pendingValidation"
        ? "nobody has opened its validation URL yet"
        : `its status is ${status}`;
    return { verdict: "problem", sentence: `the consumer key is not valid: ${found}; ${advice}` };
  }
  if (expiration === null || expiration === undefined) {
    return { verdict: "right", sentence: "the consumer key is valid and does not expire" };
  }
  const leftMs = Date.parse(expiration) - nowMs;
  if (Number.isNaN(leftMs))
    return { verdict: "unknown", sentence: "the consumer key's expiry is no date" };
  if (leftMs <= 0) return { verdict: "problem", sentence: `the consumer key has expired; ${advice}` };
  const day = new Date(expiration).toISOString().slice(0, 10);
  const soon = leftMs < SOON_MS ? `; ${advice} before that` : "";
  return { verdict: "right", sentence: `the consumer key is valid until ${day}${soon}` };
}

function rulesProofs(needed: readonly Call[], found: z.output<typeof credential>): readonly Proof[] {
  const rules = found.rules ?? [];
  const missing = needed.filter((call) => !isCovered(call, rules));
  if (missing.length > 0) {
    return missing.map(({ method, path }) => {
      return {
        verdict: "problem",
        sentence: `the consumer key lacks the access rule ${method} ${path}`,
      };
    });
  }
  const wide = rules.filter(({ path }) => path === "/*" || path === "*");
  const remark = wide.map(({ method, path }) => `${method} ${path}`).join(", ");
  const more = remark === "" ? "" : `, and far more than those: ${remark}`;
  return [
    { verdict: "right", sentence: `the consumer key has all ${needed.length} access rules${more}` },
  ];
}

/** Never rejects. `nowMs`: wall clock, milliseconds. */
export async function proveConsumerKey(
  ask: Asking,
  { needs, nowMs }: { readonly needs: OvhNeeds; readonly nowMs: number },
  signal: AbortSignal,
): Promise<readonly Proof[]> {
  const asked = { method: "GET", path: "/auth/currentCredential", reply: credential } as const;
  try {
    const found = await ask(asked, signal);
    return [validity(found, nowMs), ...rulesProofs(needs.rules, found)];
  } catch (error) {
    const isRefused = error instanceof ApiRefusal && (error.status === 401 || error.status === 403);
    return [{ verdict: isRefused ? "problem" : "unknown", sentence: (error as Error).message }];
  }
}

/** What cannot be asked is said, so that a person can compare it with the policy. */
export const serviceAccountRights = ({ actions }: OvhNeeds): Proof => ({
  verdict: "unknown",
  sentence: `a service account cannot be asked for its rights; its policy needs ${actions.join(", ")}`,
});
