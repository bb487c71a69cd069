// Alerts on those who would take over: replicas are attached, near enough, and fit to be promoted.
import { type Alert, GROUP, said } from "../alert.ts";

const REPLICAS = "(count by (cluster, group) (group:baton_node_up:max) - 1)";

export const replicaAlerts: readonly Alert[] = [
  {
    name: "BatonReplicaLag",
    family: "replicas",
    severity: "warning",
    when: "a replica is further behind than the RPO, or than the bytes that the cluster file allows",
    expr: () =>
      "group:baton_replica_lag_bytes:min\nand on (cluster, group, node) (\n" +
      "  group:baton_replica_lag_seconds:min\n" +
      '  > on (cluster, group) group_left () group:baton_objective_seconds:max{objective="rpo"}\n' +
      "  or\n  group:baton_replica_lag_bytes:min\n" +
      "  > on (cluster, group) group_left () group:baton_objective_lag_bytes:max\n)",
    forSeconds: 60,
    quietSeconds: 0,
    summary: `{{ $labels.node }} of ${GROUP} is behind`,
    description:
      "The replica {{ $labels.node }} is {{ humanize1024 $value }}B behind its primary, further than the " +
      "objectives allow. A failover to it would lose that much; readers see old data.",
  },
  {
    name: "BatonReplicaDisconnected",
    family: "replicas",
    severity: "warning",
    when: "a replica answers, and is not connected to its primary",
    expr: () => "group:baton_replica_link_up:max == 0",
    forSeconds: 30,
    quietSeconds: 0,
    summary: `{{ $labels.node }} of ${GROUP} is not attached`,
    description:
      "The replica {{ $labels.node }} answers, and its link to the primary is down: it gets no writes, " +
      "and what it holds grows old.",
  },
  {
    name: "BatonBacklogTooSmall",
    family: "replicas",
    severity: "warning",
    when: "the primary's backlog holds less than twice the RTO at the present rate of writes",
    expr: () =>
      "group:baton_backlog_seconds:min\n" +
      '< on (cluster, group) (2 * group:baton_objective_seconds:max{objective="rto"})',
    forSeconds: 300,
    quietSeconds: 0,
    summary: `${GROUP}: the replication backlog is too small`,
    description:
      "At the present rate of writes the backlog of the primary lasts {{ humanizeDuration $value }}, " +
      "less than twice the RTO. A replica that is away for longer, as in a failover, copies everything " +
      "anew: raise repl-backlog-size.",
  },
  {
    name: "BatonNoCandidate",
    family: "replicas",
    severity: "critical",
    when: "a group with replicas has none that Sentinel could promote",
    expr: () => `group:baton_candidates:max == 0\nand on (cluster, group) ${REPLICAS} > 0`,
    forSeconds: 30,
    quietSeconds: 0,
    summary: `${GROUP} has no replica that could take over`,
    description:
      "The number of replicas that Sentinel could promote is {{ $value }}: each one is down, not " +
      "attached, too old, or has replica-priority 0. If the primary fails now, nobody takes its place.",
  },
  {
    name: "BatonCandidateEmpty",
    family: "replicas",
    severity: "warning",
    when: "a replica that Sentinel could promote has no data, and the primary has some",
    expr: () => `max by (cluster, group, node) ${said("baton_candidate_empty")} == 1`,
    forSeconds: 30,
    quietSeconds: 0,
    summary: `{{ $labels.node }} of ${GROUP} is empty and could be promoted`,
    description:
      "The replica {{ $labels.node }} holds nothing, the primary does, and Sentinel would promote it: " +
      "the data of the group would be gone.",
  },
  {
    name: "BatonFullResyncs",
    family: "replicas",
    severity: "warning",
    when: "within an hour replicas were copied anew more than twice each",
    expr: (span) =>
      "sum by (cluster, group) (\n  max by (cluster, group, node) (\n" +
      `    increase(baton_full_resyncs_total[${span(3_600)}])\n  )\n)\n` +
      `> on (cluster, group) (2 * ${REPLICAS})`,
    forSeconds: 0,
    quietSeconds: 3_600,
    summary: `${GROUP}: replicas copy everything again and again`,
    description:
      "{{ printf `%.0f` $value }} full copies to replicas within an hour. Each costs the primary a fork, " +
      "its network and, while it lasts, a replica that could take over.",
  },
];
