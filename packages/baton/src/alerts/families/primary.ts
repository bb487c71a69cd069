// Alerts on what takes the writes: there is one primary, it has its data, and it takes them.
import { type Alert, GROUP } from "../alert.ts";

export const primaryAlerts: readonly Alert[] = [
  {
    name: "BatonNoPrimary",
    family: "primary",
    severity: "critical",
    when: "most agents know no primary that answers, for longer than the group's RTO",
    expr: () =>
      "time() - group:baton_primary_seen:timestamp_seconds\n" +
      '> on (cluster, group) group:baton_objective_seconds:max{objective="rto"}\n' +
      "and on (cluster, group) group:baton_primary_known:ratio < 0.5",
    forSeconds: 5,
    quietSeconds: 0,
    summary: `${GROUP} has no primary`,
    description:
      "Writes have had nowhere to go for {{ humanizeDuration $value }}, and that is longer than the " +
      "group's RTO. Routers hold their clients for as long as they may, and refuse them then.",
  },
  {
    name: "BatonTwoPrimaries",
    family: "primary",
    severity: "critical",
    when: "agents see two nodes of a group in the role of a primary",
    expr: () => "group:baton_primary_nodes:count > 1",
    forSeconds: 15,
    quietSeconds: 0,
    summary: `${GROUP} has {{ $value }} primaries`,
    description:
      "{{ $value }} nodes say that they are primary. What clients write to the wrong one is lost when it " +
      "becomes a replica; without enough replicas in touch it refuses writes by itself.",
  },
  {
    name: "BatonPrimaryEmpty",
    family: "primary",
    severity: "critical",
    when: "the primary has come back without the data that it had",
    expr: () => 'max by (cluster, group) (group:baton_problem:ratio{code="primary-empty"}) > 0',
    forSeconds: 0,
    quietSeconds: 0,
    summary: `${GROUP}: the primary has lost its data`,
    description:
      "The primary was restarted without its data, and its replicas are about to be emptied, or have " +
      "been. {{ humanizePercentage $value }} of the agents saw it. Save what a replica still holds.",
  },
  {
    name: "BatonWritesRefused",
    family: "primary",
    severity: "critical",
    when: "the primary has fewer replicas than it needs to take writes, or routers refuse all of them",
    expr: () =>
      "group:baton_replicas_online:max < group:baton_replicas_needed:max\nor\n(\n" +
      "  group:baton_replicas_online:max\n  and on (cluster, group)\n" +
      '  group:baton_problem:ratio{code="writes-refused"} > 0.5\n)',
    forSeconds: 10,
    quietSeconds: 0,
    summary: `${GROUP} refuses writes`,
    description:
      "The primary is in touch with {{ $value }} replicas. With fewer than min-replicas-to-write it " +
      "refuses every write, and with `durability: replicated` routers do when no replica can confirm one.",
  },
  {
    name: "BatonTooFewReplicas",
    family: "primary",
    severity: "warning",
    when: "the primary has just the replicas that it needs to take writes, or fewer",
    expr: () =>
      "group:baton_replicas_online:max <= group:baton_replicas_needed:max\n" +
      "and group:baton_replicas_needed:max > 0",
    forSeconds: 60,
    quietSeconds: 0,
    summary: `${GROUP} has no replica to spare`,
    description:
      "The primary is in touch with {{ $value }} replicas, and needs as many to take writes: when one " +
      "more is lost, it refuses them.",
  },
  {
    name: "BatonFenceFailing",
    family: "primary",
    severity: "critical",
    when: "a node takes writes that must not, and cannot be made a replica",
    expr: () => 'max by (cluster, group) (group:baton_problem:ratio{code="fence-failing"}) > 0',
    forSeconds: 10,
    quietSeconds: 0,
    summary: `${GROUP}: an old primary cannot be fenced`,
    description:
      "A node that is no longer primary still takes writes, and several attempts to make it a replica " +
      "have failed: {{ humanizePercentage $value }} of the agents say so. What is written there will be " +
      "lost.",
  },
];
