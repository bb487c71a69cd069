// When the alerts on replicas fire, and when they do not.
import type { AlertCase } from "../alert-tests.ts";

const MIB = 1_024 * 1_024;
const BEHIND =
  "behind its primary, further than the objectives allow. A failover to it would lose that much; readers " +
  "see old data.";

export const replicaCases: readonly AlertCase[] = [
  {
    alert: "BatonReplicaLag",
    shows: "what a replica has yet to read is eight seconds old, and the RPO is five",
    world: [
      ["baton_replica_lag_bytes", { node: "r3" }, 3 * MIB],
      ["baton_replica_lag_seconds", { node: "r3" }, 8],
    ],
    fires: {
      labels: { node: "r3" },
      summary: "r3 of main of east is behind",
      description: `The replica r3 is 3MiB ${BEHIND}`,
    },
  },
  {
    alert: "BatonReplicaLag",
    shows: "a replica is 20 MiB behind, and the cluster file allows 4 MiB",
    world: [
      ["baton_replica_lag_bytes", { node: "r2" }, 20 * MIB],
      ["baton_objective_lag_bytes", {}, 4 * MIB],
      ["baton_objective_seconds", { objective: "rpo" }, [["gone", 5]]],
    ],
    fires: {
      labels: { node: "r2" },
      summary: "r2 of main of east is behind",
      description: `The replica r2 is 20MiB ${BEHIND}`,
    },
  },
  {
    alert: "BatonReplicaLag",
    shows: "a replica is 20 MiB and four seconds behind, and may be 32 MiB and five",
    world: [
      ["baton_replica_lag_bytes", { node: "r2" }, 20 * MIB],
      ["baton_replica_lag_seconds", { node: "r2" }, 4],
      ["baton_objective_lag_bytes", {}, 32 * MIB],
    ],
  },
  {
    alert: "BatonReplicaLag",
    shows: "one agent sees a replica far behind, the others do not",
    world: [
      ["baton_replica_lag_bytes", { node: "r2", host: "h1" }, 100 * MIB],
      ["baton_replica_lag_seconds", { node: "r2", host: "h1" }, 100],
    ],
  },
  {
    alert: "BatonReplicaLag",
    shows: "there is no RPO, and nothing is said of bytes",
    world: [
      ["baton_replica_lag_bytes", { node: "r2" }, 100 * MIB],
      ["baton_replica_lag_seconds", { node: "r2" }, 100],
      ["baton_objective_seconds", { objective: "rpo" }, [["gone", 5]]],
    ],
  },
  {
    alert: "BatonReplicaDisconnected",
    shows: "a replica answers, and its link is down",
    world: [["baton_replica_link_up", { node: "r2" }, 0]],
    fires: {
      labels: { node: "r2" },
      summary: "r2 of main of east is not attached",
      description:
        "The replica r2 answers, and its link to the primary is down: it gets no writes, and what it " +
        "holds grows old.",
    },
  },
  {
    alert: "BatonReplicaDisconnected",
    shows: "the link is down for a moment, as in every failover",
    world: [
      [
        "baton_replica_link_up",
        {},
        [
          [1, 30],
          [0, 20],
          [1, 5],
        ],
      ],
    ],
    atSeconds: 55,
  },
  {
    alert: "BatonBacklogTooSmall",
    shows: "it lasts eight seconds, and the RTO is five",
    world: [["baton_backlog_seconds", {}, 8]],
    fires: {
      summary: "main of east: the replication backlog is too small",
      description:
        "At the present rate of writes the backlog of the primary lasts 8s, less than twice the RTO. A " +
        "replica that is away for longer, as in a failover, copies everything anew: raise " +
        "repl-backlog-size.",
    },
  },
  {
    alert: "BatonBacklogTooSmall",
    shows: "it lasts eleven seconds",
    world: [["baton_backlog_seconds", {}, 11]],
  },
  {
    alert: "BatonBacklogTooSmall",
    shows: "nobody writes, so there is no rate",
    world: [["baton_backlog_seconds", {}, [["gone", 5]]]],
  },
  {
    alert: "BatonNoCandidate",
    shows: "no agent sees a replica that could be promoted",
    world: [["baton_candidates", {}, 0]],
    fires: {
      summary: "main of east has no replica that could take over",
      description:
        "The number of replicas that Sentinel could promote is 0: each one is down, not attached, too " +
        "old, or has replica-priority 0. If the primary fails now, nobody takes its place.",
    },
  },
  {
    alert: "BatonNoCandidate",
    shows: "one agent of three sees one",
    world: [
      ["baton_candidates", { host: "h1" }, 0],
      ["baton_candidates", { host: "h2" }, 0],
    ],
  },
  {
    alert: "BatonNoCandidate",
    shows: "the group has one node, and no replica by intent",
    world: [
      ["baton_candidates", {}, 0],
      ["baton_node_up", { node: "r2" }, [["gone", 5]]],
      ["baton_node_up", { node: "r3" }, [["gone", 5]]],
    ],
  },
  {
    alert: "BatonCandidateEmpty",
    shows: "a replica has lost its data, and could be promoted",
    world: [["baton_candidate_empty", { node: "r3" }, 1]],
    fires: {
      labels: { node: "r3" },
      summary: "r3 of main of east is empty and could be promoted",
      description:
        "The replica r3 holds nothing, the primary does, and Sentinel would promote it: the data of the " +
        "group would be gone.",
    },
  },
  {
    alert: "BatonCandidateEmpty",
    shows: "a replica copies everything anew, and has it within twenty seconds",
    world: [
      [
        "baton_candidate_empty",
        { node: "r3" },
        [
          [0, 30],
          [1, 20],
          [0, 5],
        ],
      ],
    ],
    atSeconds: 55,
  },
  {
    alert: "BatonFullResyncs",
    shows: "six full copies to two replicas within half an hour",
    world: [
      [
        "baton_full_resyncs_total",
        { node: "r1" },
        [
          [2, 300],
          [3, 300],
          [4, 300],
          [5, 300],
          [6, 300],
          [7, 100],
          [8, 5],
        ],
      ],
    ],
    atSeconds: 1_800,
    fires: {
      summary: "main of east: replicas copy everything again and again",
      description:
        "6 full copies to replicas within an hour. Each costs the primary a fork, its network and, while " +
        "it lasts, a replica that could take over.",
    },
  },
  {
    alert: "BatonFullResyncs",
    shows: "each replica was copied once, as after a restart of the primary",
    world: [
      [
        "baton_full_resyncs_total",
        { node: "r1" },
        [
          [2, 300],
          [3, 300],
          [4, 300],
        ],
      ],
    ],
    atSeconds: 1_800,
  },
];
