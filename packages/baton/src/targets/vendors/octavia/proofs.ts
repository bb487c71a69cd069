// Words of proofs that both ways to a pool share.
import type { Proof } from "../../target.ts";

export const right = (sentence: string): Proof => ({ verdict: "right", sentence });
export const problem = (sentence: string): Proof => ({ verdict: "problem", sentence });
export const unknown = (sentence: string): Proof => ({ verdict: "unknown", sentence });

/** Applications keep connections that say nothing for minutes; Octavia's default cuts them after 50 s. */
const IDLE_MS_MIN = 600_000;
const IDLE_MS_ADVISED = 3_600_000;
const IDLE_MS_OCTAVIA = 50_000;

/** Of a listener: how long a client, and how long the member, may say nothing. */
export function idleProof(id: string, timeoutsMs: readonly (number | null | undefined)[]): Proof {
  // 0 stands for no limit.
  const limits = timeoutsMs.map((ms) => ms ?? IDLE_MS_OCTAVIA).filter((ms) => ms > 0);
  const leastMs = Math.min(...limits, Number.MAX_SAFE_INTEGER);
  if (leastMs >= IDLE_MS_MIN) return right(`listener ${id} lets connections be idle for long enough`);
  const set = `--timeout-client-data ${IDLE_MS_ADVISED} --timeout-member-data ${IDLE_MS_ADVISED} ${id}`;
  return problem(
    `listener ${id} cuts connections that are idle for ${leastMs / 1_000} s: ` +
      `\`openstack loadbalancer listener set ${set}\``,
  );
}
