// Promises and a cluster for the made-up evidence of the reports' tests.
import type { DrillResult, HostResult, PromiseResult, Verdict } from "../types.ts";

const promise = (name: string, verdict: Verdict, sentence: string): PromiseResult => ({
  promise: name,
  verdict,
  sentence,
});

/** Worst first, as a drill gives them. */
export const PROMISES: Readonly<Record<Verdict, readonly PromiseResult[]>> = {
  held: [
    promise("rto", "held", "writes through the router were away for 2250 ms, the objective is 3000 ms"),
    promise("rpo", "held", "0 of 4901 acknowledged writes were lost"),
    promise("whole", "held", "at the end the cluster was whole again"),
  ],
  broken: [
    promise(
      "rto",
      "broken",
      "writes through the router were away for 3582 ms, the objective is 3000 ms",
    ),
    promise("rpo", "held", "42 acknowledged writes were lost, over 42 ms; the objective is 5000 ms"),
    promise("whole", "held", "at the end the cluster was whole again"),
  ],
  unknown: [
    promise(
      "rto",
      "unknown",
      "the drill's own process stood still for 900 ms: its times cannot be trusted",
    ),
    promise("whole", "unknown", "not checked, because the drill ended early"),
    promise("rpo", "held", "0 of 4901 acknowledged writes were lost"),
  ],
};

const TIMINGS = [
  [
    "failoverTimeoutMs",
    6000,
    "twice as long as a failover takes, and the next attempt comes after twice this",
  ],
  ["parallelSyncs", 1, "one replica at a time loads what the new primary sends"],
  ["quorum", 2, "the smallest majority of 3 Sentinels"],
  [
    "minReplicasToWrite",
    1,
    "a primary that reaches no replica refuses writes instead of losing them later",
  ],
  ["minReplicasMaxLagSeconds", 5, "the rpo: a replica that is further behind does not count"],
] as const;

const host = (name: string, zone: string, runs: readonly string[], last: number): HostResult => ({
  name,
  zone,
  address: `127.41.0.${last}`,
  runs,
});

export function clusterFixture(downAfterMs: number): DrillResult["cluster"] {
  const downAfter = ["downAfterMs", downAfterMs, "what is left of the rto after an election"] as const;
  const everything = ["redis", "sentinel", "agent"];
  return {
    name: "shop",
    group: "orders",
    versions: { h1: "redis 7.0.15", h2: "redis 7.0.15", h3: "redis 7.0.15" },
    downAfterMs,
    failoverTimeoutMs: 6000,
    nodes: 3,
    sentinels: 3,
    wires: false,
    baton: true,
    durability: "async",
    timings: [downAfter, ...TIMINGS].map(([name, value, reason]) => {
      const origin = name === "parallelSyncs" ? "set" : "derived";
      return { name, value, reason, origin };
    }),
    hosts: [
      host("h1", "a", everything, 11),
      host("h2", "b", everything, 12),
      host("h3", "c", everything, 13),
      host("app", "a", ["router"], 20),
    ],
  };
}
