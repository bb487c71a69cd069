// Derives every timing of Redis and Sentinel from the objectives, with the reason; refuses what no
// setting could keep.
import { minReplicasMaxLag, minReplicasToWrite } from "./derive-replicas.ts";
import {
  downAfter,
  failoverTimeout,
  infoPeriod,
  parallelSyncs,
  publishPeriod,
  quorum,
  tiltPeriod,
} from "./derive-sentinel.ts";
import type { Facts, TimingProblem } from "./timing.ts";
import type { Cluster, Group, Timings } from "./types.ts";

export type DerivedTimings =
  | { readonly kind: "ok"; readonly timings: Timings }
  | { readonly kind: "refused"; readonly problems: readonly TimingProblem[] };

/**
 * Pure: the same cluster gives the same timings. An objective is kept, or refused with the smallest one
 * that could be; nothing is rounded away in silence, and all problems are reported at once.
 */
export function deriveTimings(cluster: Cluster, group: Group): DerivedTimings {
  const problems: TimingProblem[] = [];
  const facts: Facts = {
    cluster,
    group,
    sentinels: cluster.hosts.filter((host) => host.runs.includes("sentinel")).length,
    replicas: group.hosts.length - 1,
    refuse: (path, message) => {
      problems.push({ path, message });
    },
  };
  const noticed = downAfter(facts);
  const needed = minReplicasToWrite(facts);
  const timings: Timings = {
    downAfterMs: noticed,
    failoverTimeoutMs: failoverTimeout(facts, noticed.value),
    parallelSyncs: parallelSyncs(facts),
    quorum: quorum(facts),
    minReplicasToWrite: needed,
    minReplicasMaxLagSeconds: minReplicasMaxLag(facts, needed.value),
    tiltPeriodMs: tiltPeriod(noticed.value),
    infoPeriodMs: infoPeriod(facts),
    publishPeriodMs: publishPeriod(facts),
  };
  return problems.length === 0 ? { kind: "ok", timings } : { kind: "refused", problems };
}
