// The metrics that alerts are made of: what a group was promised, what could go wrong next, how its nodes
// are. Part of the one table.
import type { MetricSpec } from "./table.ts";

export const CLUSTER_METRICS = {
  baton_backlog_seconds: {
    kind: "gauge",
    help:
      "How long a replica may be away and still catch up: the primary's backlog over its stream of the " +
      "last five minutes; absent while nothing is written.",
    labels: ["group"],
  },
  baton_candidate_empty: {
    kind: "gauge",
    help: "1 when a replica that could be promoted holds no key and the primary does, 0 otherwise.",
    labels: ["group", "node"],
  },
  baton_candidates: {
    kind: "gauge",
    help: "Replicas that the Sentinels could promote now.",
    labels: ["group"],
  },
  baton_certificate_expiry_timestamp_seconds: {
    kind: "gauge",
    help: "When a certificate that this agent uses is over, in seconds since 1970.",
    labels: ["use"],
  },
  baton_drill_last_held: {
    kind: "gauge",
    help: "1 when the last drill kept all promises, 0 when it broke one; absent without any drill.",
    labels: ["group"],
  },
  baton_drill_last_rto_seconds: {
    kind: "gauge",
    help: "Time without writes in the last drill; absent when it measured none.",
    labels: ["group"],
  },
  baton_drill_last_timestamp_seconds: {
    kind: "gauge",
    help: "When the last drill was that came to a verdict, in seconds since 1970; absent without any.",
    labels: ["group"],
  },
  baton_failover_possible: {
    kind: "gauge",
    help: "1 when the Sentinels could carry out a failover now: enough of them, and somebody to promote.",
    labels: ["group"],
  },
  baton_full_resyncs_total: {
    kind: "counter",
    help: "Times that a node, as primary, sent all of its data to a replica, since the node started.",
    labels: ["group", "node"],
  },
  baton_memory_ratio: {
    kind: "gauge",
    help: "What a node uses of its `maxmemory`; absent where it has none.",
    labels: ["group", "node"],
  },
  baton_node_ping_seconds: {
    kind: "gauge",
    help:
      "The longest that a node kept this agent, or most Sentinels, waiting in the last minute; absent " +
      "while it does not answer.",
    labels: ["group", "node"],
  },
  baton_node_up: {
    kind: "gauge",
    help: "1 when a node answers this agent.",
    labels: ["group", "node"],
  },
  baton_objective_lag_bytes: {
    kind: "gauge",
    help: "How far behind a replica may be and still be read from; absent when that is a time, or nowhere.",
    labels: ["group"],
  },
  baton_objective_seconds: {
    kind: "gauge",
    help: "The objectives of the cluster file: rto, rpo (absent with none), and the down_after that follows.",
    labels: ["group", "objective"],
  },
  baton_persistence_ok: {
    kind: "gauge",
    help: "1 when the last snapshot (rdb) or the append-only file (aof) of a node was written well.",
    labels: ["group", "node", "kind"],
  },
  baton_primaries: {
    kind: "gauge",
    help: "Nodes that take the role of a primary.",
    labels: ["group"],
  },
  baton_quiet: {
    kind: "gauge",
    help:
      "1 while maintenance, a drill or a switchover is under way, and for half a minute after a " +
      "switchover: what alerts would say is expected.",
    labels: ["group", "because"],
  },
  baton_quorum_spare: {
    kind: "gauge",
    help: "Sentinels that may still fail before no failover can happen; -1 when none can happen now.",
    labels: ["group"],
  },
  baton_replica_lag_seconds: {
    kind: "gauge",
    help: "How long ago the primary wrote what a replica has yet to read; absent when unknown.",
    labels: ["group", "node"],
  },
  baton_replicas_needed: {
    kind: "gauge",
    help: "Replicas that a primary must be in touch with to take writes: `min-replicas-to-write`.",
    labels: ["group"],
  },
  baton_replicas_online: {
    kind: "gauge",
    help: "Replicas that the primary is in touch with, by its own count; absent while it does not answer.",
    labels: ["group"],
  },
  baton_settings_differ: {
    kind: "gauge",
    help:
      "1 when a Sentinel or a node runs with other settings than the cluster file asks for, 0 when not; " +
      "absent when it does not tell.",
    labels: ["group", "process"],
  },
  baton_target_follows: {
    kind: "gauge",
    help: "1 when a target shows the primary of the route; absent while there is no route.",
    labels: ["target", "group", "kind"],
  },
} as const satisfies Record<string, MetricSpec>;
