// What many agents say, as one word for each group: recording rules, in the order in which they need each
// other. Alerts and the dashboard read these.
import { type Recording, said, STUCK_SECONDS } from "./alert.ts";

const perGroup = "by (cluster, group)";
const perNode = "by (cluster, group, node)";
const perSentinel = "by (cluster, group, sentinel)";
const perTarget = "by (cluster, group, target, kind)";

const about: readonly Recording[] = [
  {
    record: "agent:baton_turn:fresh",
    meaning: "There for every agent and group that has been looked at within the last seconds.",
    expr: () => `baton_decision_age_seconds < ${STUCK_SECONDS}`,
  },
  {
    record: "group:baton_agents:count",
    meaning: "Agents that look at this group.",
    expr: () => `count ${perGroup} (agent:baton_turn:fresh)`,
  },
  {
    record: "group:baton_quiet:max",
    meaning: "1 while an agent knows of a drill, a switchover or a maintenance.",
    expr: () => `max ${perGroup} ${said("baton_quiet")}`,
  },
  {
    record: "group:baton_objective_seconds:max",
    meaning: "What the cluster file promises: `rto`, `rpo`; and `down_after`.",
    expr: () => `max by (cluster, group, objective) ${said("baton_objective_seconds")}`,
  },
  {
    record: "group:baton_objective_lag_bytes:max",
    meaning: "How far a replica may be behind, where the cluster file says it in bytes.",
    expr: () => `max ${perGroup} ${said("baton_objective_lag_bytes")}`,
  },
  {
    record: "group:baton_problem:ratio",
    meaning: "How many of the agents name a problem, from 0 to 1.",
    expr: () =>
      "count by (cluster, group, code) (\n" +
      `  count by (cluster, group, code, instance) ${said("baton_problem")}\n)\n` +
      "/ on (cluster, group) group_left () group:baton_agents:count",
  },
];

const primary: readonly Recording[] = [
  {
    record: "group:baton_primary_known:ratio",
    meaning: "How many of the agents lead clients to a node that answers them as primary, from 0 to 1.",
    expr: () =>
      `(\n  count ${perGroup} (\n    ${said("baton_route_info")}\n` +
      '    and on (cluster, group, instance, node) baton_node_role{role="primary"}\n  )\n' +
      "  or\n  0 * group:baton_agents:count\n)\n/ group:baton_agents:count",
  },
  {
    record: "group:baton_primary_seen:timestamp_seconds",
    meaning: "When at least half of the agents last did so.",
    expr: (span) =>
      "0 * (group:baton_primary_known:ratio >= 0.5) + time()\n" +
      `or\nlast_over_time(group:baton_primary_seen:timestamp_seconds[${span(3_600)}])\n` +
      "or\n0 * group:baton_primary_known:ratio + time()",
  },
  {
    record: "group:baton_primary_nodes:count",
    meaning: "Nodes that any agent sees in the role of a primary.",
    expr: () => `count ${perGroup} (\n  count ${perNode} ${said('baton_node_role{role="primary"}')}\n)`,
  },
  {
    record: "group:baton_route_epoch:max",
    meaning: "The newest epoch of any agent's route.",
    expr: () => `max ${perGroup} ${said("baton_route_epoch")}`,
  },
  {
    record: "agent:baton_route:newest",
    meaning: "There for every agent whose route has that epoch.",
    expr: () =>
      `${said("baton_route_epoch")}\n== on (cluster, group) group_left () group:baton_route_epoch:max`,
  },
  {
    record: "group:baton_replicas_online:max",
    meaning: "Replicas that the primary is in touch with.",
    expr: () => `max ${perGroup} ${said("baton_replicas_online")}`,
  },
  {
    record: "group:baton_replicas_needed:max",
    meaning: "With fewer of them it refuses writes.",
    expr: () => `max ${perGroup} ${said("baton_replicas_needed")}`,
  },
];

const sentinels: readonly Recording[] = [
  {
    record: "group:baton_quorum_spare:max",
    meaning:
      "Sentinels that may still fail before there can be no failover, by the agent that hears most.",
    expr: () => `max ${perGroup} ${said("baton_quorum_spare")}`,
  },
  {
    record: "group:baton_sentinel_up:max",
    meaning: "1 when any agent hears this Sentinel.",
    expr: () => `max ${perSentinel} ${said("baton_sentinel_up")}`,
  },
  {
    record: "group:baton_sentinel_tilt:max",
    meaning: "1 when any agent sees this Sentinel in TILT.",
    expr: () => `max ${perSentinel} ${said("baton_sentinel_tilt")}`,
  },
  {
    record: "group:baton_sentinel_epoch:max",
    meaning:
      "The newest config-epoch that any Sentinel names: one more is one failover or switchover more.",
    expr: () => `max ${perGroup} ${said("baton_sentinel_epoch")}`,
  },
];

const nodes: readonly Recording[] = [
  {
    record: "group:baton_node_up:max",
    meaning: "1 when any agent is answered by this node.",
    expr: () => `max ${perNode} ${said("baton_node_up")}`,
  },
  {
    record: "group:baton_node_ping_seconds:min",
    meaning: "How long this node takes to answer the agent that it answers fastest.",
    expr: () => `min ${perNode} ${said("baton_node_ping_seconds")}`,
  },
  {
    record: "group:baton_replica_link_up:max",
    meaning: "1 when any agent sees this replica connected to its primary.",
    expr: () => `max ${perNode} ${said("baton_replica_link_up")}`,
  },
  {
    record: "group:baton_replica_lag_bytes:min",
    meaning: "How far this replica is behind, by the agent that sees least of it.",
    expr: () => `min ${perNode} ${said("baton_replica_lag_bytes")}`,
  },
  {
    record: "group:baton_replica_lag_seconds:min",
    meaning: "The same as a time: how long ago the primary wrote what this replica has yet to read.",
    expr: () => `min ${perNode} ${said("baton_replica_lag_seconds")}`,
  },
  {
    record: "group:baton_candidates:max",
    meaning: "Replicas that Sentinel could promote now.",
    expr: () => `max ${perGroup} ${said("baton_candidates")}`,
  },
  {
    record: "group:baton_backlog_seconds:min",
    meaning: "How long a replica may be away and go on where it was, at the present rate of writes.",
    expr: () => `min ${perGroup} ${said("baton_backlog_seconds")}`,
  },
];

const others: readonly Recording[] = [
  {
    record: "group:baton_target_follows:min",
    meaning:
      "0 when a target leads elsewhere than the newest route, as an agent with that route sees it.",
    expr: () =>
      `min ${perTarget} (\n  baton_target_follows\n` +
      "  and on (cluster, group, instance) agent:baton_route:newest\n)",
  },
  {
    record: "group:baton_target_ok:min",
    meaning: "0 when the last update of a target could not be verified by an agent that serves it.",
    expr: () => `min ${perTarget} (baton_target_ok)`,
  },
  {
    record: "group:baton_drill_last_timestamp_seconds:max",
    meaning: "When the newest drill was.",
    expr: () => `max ${perGroup} ${said("baton_drill_last_timestamp_seconds")}`,
  },
  {
    record: "group:baton_drill_last_held:min",
    meaning: "1 when that drill held.",
    expr: () =>
      `min ${perGroup} (\n  baton_drill_last_held and on (cluster, group, instance) (\n` +
      `    ${said("baton_drill_last_timestamp_seconds")}\n` +
      "    == on (cluster, group) group_left () group:baton_drill_last_timestamp_seconds:max\n  )\n)",
  },
];

export const recordings: readonly Recording[] = [
  ...about,
  ...primary,
  ...sentinels,
  ...nodes,
  ...others,
];
