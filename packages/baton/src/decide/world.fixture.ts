// A small world for tests of the deciding part: three nodes, three Sentinels, and what each of them
// says.
import type { Cluster, Derived, Endpoint, GroupPlan, Layout } from "../cluster/types.ts";
import type { NodeView, Observation, PeerView, View } from "../observe/types.ts";
import type { HeardView } from "./agree.ts";
import { type DecideInput, nothingRemembered } from "./decide.ts";

const derived = (value: number): Derived => ({ value, reason: "fixture", origin: "set" });

export const at = (id: string): Endpoint => ({ address: `10.0.0.${id.slice(1)}`, port: 6379 });

export const group: GroupPlan = {
  name: "main",
  nodes: ["h1", "h2", "h3"].map((id) => ({ id, host: id, zone: id, ...at(id) })),
  firstPrimary: { id: "h1", host: "h1", zone: "h1", ...at("h1") },
  timings: {
    downAfterMs: derived(1_800),
    failoverTimeoutMs: derived(5_000),
    parallelSyncs: derived(1),
    quorum: derived(2),
    minReplicasToWrite: derived(1),
    minReplicasMaxLagSeconds: derived(4),
    tiltPeriodMs: derived(9_000),
    infoPeriodMs: derived(1_000),
    publishPeriodMs: derived(500),
  },
};

const env = (name: string) => ({ kind: "env" as const, name });
const cluster: Cluster = {
  name: "fixture",
  objectives: { rtoMs: 3_000, rpo: { kind: "bounded", ms: 5_000 } },
  hosts: group.nodes.map(({ id, zone, address }) => ({
    name: id,
    address,
    zone,
    runs: ["redis", "sentinel", "agent"],
  })),
  groups: [
    { name: "main", firstPrimary: "h1", hosts: ["h1", "h2", "h3"], redisPort: 6379, routerPort: 6380 },
  ],
  sentinelPort: 26379,
  agentPort: 8377,
  agentListen: "loopback",
  targets: [],
  agentFence: true,
  redisSettings: {},
  router: { holdMs: 10_000, holdSessions: 1_000, durability: "async" },
  overrides: {},
  secrets: {
    application: env("A"),
    replication: env("R"),
    sentinel: env("S"),
    peer: env("P"),
    agent: env("G"),
  },
};

export const layout: Layout = {
  cluster,
  groups: [group],
  sentinels: group.nodes.map(({ id, zone, address }) => ({ id, zone, address, port: 26379 })),
  agents: group.nodes.map(({ id, address }) => ({ id, address, port: 8377, httpAddress: "127.0.0.1" })),
  routers: [],
};

const TUNED = { "tilt-period": 9_000, "info-period": 1_000, "publish-period": 500 };

/** A Sentinel that names this primary in this epoch. */
export function says(
  sentinel: string,
  primary: string,
  configEpoch: number,
  more: Partial<HeardView> = {},
): View {
  return {
    kind: "heard",
    sentinel,
    runId: `run-${sentinel}`,
    primary: at(primary),
    flags: ["master"],
    configEpoch,
    quorum: 2,
    downAfterMs: 1_800,
    failoverTimeoutMs: 5_000,
    parallelSyncs: 1,
    replicas: [],
    peers: [],
    tilt: false,
    debug: TUNED,
    ...more,
  };
}

export const mute = (sentinel: string): View => ({
  kind: "silent",
  isRefused: false,
  sentinel,
  reason: "connect ECONNREFUSED",
});

export const isPrimary = (node: string, replicas: readonly string[] = []): NodeView => ({
  kind: "primary",
  node,
  offsetBytes: 1_000,
  replicas: replicas.map((id) => ({ ...at(id), offsetBytes: 1_000 })),
});

export const follows = (node: string, primary: string): NodeView => ({
  kind: "replica",
  node,
  of: at(primary),
  link: "connected",
  offsetBytes: 1_000,
});

export const dead = (node: string): NodeView => ({
  kind: "silent",
  isRefused: false,
  node,
  reason: "connect ECONNREFUSED",
});

/**
 * What the leader of a failover says between selecting a replica and noticing that it is promoted.
 * `knows` is the
 * epoch it started from.
 */
export function leads(
  sentinel: string,
  old: string,
  chosen: string,
  epoch: number,
  voters: readonly string[],
  knows = epoch - 1,
): View {
  const peers = ["h1", "h2", "h3"]
    .filter((id) => id !== sentinel)
    .map((id): PeerView => {
      const vote = voters.includes(id) ? { leader: `run-${sentinel}`, epoch } : undefined;
      return { ...at(id), port: 26379, runId: `run-${id}`, flags: ["sentinel"], vote };
    });
  return says(sentinel, old, knows, {
    flags: ["master", "s_down", "o_down", "failover_in_progress"],
    replicas: [
      { ...at(chosen), flags: ["slave", "promoted"], priority: 100, offsetBytes: 1_000, link: "err" },
    ],
    peers,
  });
}

export function observed(views: readonly View[], nodes: readonly NodeView[], atMs = 0): Observation {
  return { group: "main", atMs, views, nodes };
}

export function input(
  views: readonly View[],
  nodes: readonly NodeView[],
  more: Partial<DecideInput> = {},
): DecideInput {
  const observation = observed(views, nodes);
  return {
    layout,
    group,
    observation,
    memory: nothingRemembered,
    doubts: [],
    nowMs: 0,
    self: "h3",
    ...more,
  };
}
