// The settings of a node that somebody may change while it runs, and that then break a promise: what the
// cluster file asks for. Pure.
import { bytesOf } from "./bytes.ts";
import type { Cluster, GroupPlan } from "./types.ts";

/** What every redis.conf says unless the cluster file says otherwise. */
export const OWN_SETTINGS = {
  appendonly: "yes",
  // A backlog of this size makes the rejoin after a failover a partial resync instead of a full one.
  "repl-backlog-size": "64mb",
} as const;

/** Baton writes neither of them: only what the cluster file says about them is asked for. */
const ONLY_WHEN_ASKED = ["maxmemory", "maxmemory-policy"] as const;

/**
 * By directive, as redis.conf says it. `replica-priority` is not among them: agents and switchovers change
 * it themselves.
 */
export function watchedSettings(
  { redisSettings }: Pick<Cluster, "redisSettings">,
  { timings }: Pick<GroupPlan, "timings">,
): Readonly<Record<string, string>> {
  const own = Object.entries(OWN_SETTINGS).map(
    ([name, value]) => [name, redisSettings[name] ?? value] as const,
  );
  const asked = ONLY_WHEN_ASKED.flatMap((name) => {
    const value = redisSettings[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries([
    ...own,
    ...asked,
    ["min-replicas-to-write", String(timings.minReplicasToWrite.value)],
    ["min-replicas-max-lag", String(timings.minReplicasMaxLagSeconds.value)],
  ]);
}

/** Whether CONFIG GET says what redis.conf asks for: it answers 64mb with 67108864. */
export function isSameSetting(asked: string, said: string): boolean {
  if (asked.toLowerCase() === said.toLowerCase()) return true;
  const bytes = bytesOf(asked);
  return bytes !== undefined && bytes === bytesOf(said);
}
