// Alerts on the nodes themselves: they answer, in time, keep what they are told, and have room for it.
import { type Alert, GROUP, said } from "../alert.ts";

export const nodeAlerts: readonly Alert[] = [
  {
    name: "BatonNodeDown",
    family: "nodes",
    severity: "warning",
    when: "a node answers no agent",
    expr: () => "group:baton_node_up:max == 0",
    forSeconds: 30,
    quietSeconds: 0,
    summary: `{{ $labels.node }} of ${GROUP} does not answer`,
    description:
      "The Redis node {{ $labels.node }} answers no agent. The group goes on without it, and has one " +
      "node less to lose.",
  },
  {
    name: "BatonNodeSlow",
    family: "nodes",
    severity: "warning",
    when: "a node needs more than half of down-after to answer",
    expr: () =>
      "group:baton_node_ping_seconds:min\n" +
      '> on (cluster, group) group_left () (0.5 * group:baton_objective_seconds:max{objective="down_after"})',
    forSeconds: 30,
    quietSeconds: 0,
    summary: `{{ $labels.node }} of ${GROUP} answers slowly`,
    description:
      "The Redis node {{ $labels.node }} takes {{ humanizeDuration $value }} to answer a PING, more than " +
      "half of down-after: a little more, and the Sentinels hold it for dead.",
  },
  {
    name: "BatonPersistenceFailing",
    family: "nodes",
    severity: "warning",
    when: "a node could not write its snapshot or its append-only file",
    expr: () => `min by (cluster, group, node, kind) ${said("baton_persistence_ok")} == 0`,
    forSeconds: 60,
    quietSeconds: 0,
    summary: `{{ $labels.node }} of ${GROUP} does not save its data`,
    description:
      "The last {{ $labels.kind }} write of {{ $labels.node }} failed: what is on its disk is old, and a " +
      "primary in that state refuses writes. Mostly a disk that is full.",
  },
  {
    name: "BatonMemoryFull",
    family: "nodes",
    severity: "warning",
    when: "a node uses more than 90 % of its maxmemory",
    expr: () => `max by (cluster, group, node) ${said("baton_memory_ratio")} > 0.9`,
    forSeconds: 300,
    quietSeconds: 0,
    summary: `{{ $labels.node }} of ${GROUP} has little memory left`,
    description:
      "{{ $labels.node }} uses {{ humanizePercentage $value }} of its maxmemory. Full, it refuses writes " +
      "or forgets keys, as its maxmemory-policy says; and a replica with less memory than its primary " +
      "can never hold its data.",
  },
];
