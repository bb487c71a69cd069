// The upper half of the dashboard: what is amiss, who is primary, how near the others are, who decides.
import { CHOSEN, CHOSEN_CLUSTER, FINE_AT_ONE, type Row } from "./panel.ts";

const FINE_AT_NONE = [
  [null, "green"],
  [1, "red"],
] as const;
const NOTED_AT_ONE = [
  [null, "green"],
  [1, "orange"],
] as const;
const COUNTED = [[null, "blue"]] as const;

const FIRING = `alertname=~"Baton.+",alertstate="firing",${CHOSEN_CLUSTER}`;
const firing = (severity: string): string =>
  `count(ALERTS{severity="${severity}",${FIRING}}) or vector(0)`;
const STUCK = `max by (cluster, instance) (baton_decision_age_seconds{${CHOSEN_CLUSTER}}) > 5`;

export const overview: Row = {
  title: "Overview",
  panels: [
    {
      kind: "stat",
      title: "Critical alerts",
      about: "Alerts of Baton that fire now and wake somebody.",
      queries: [{ expr: firing("critical"), legend: "critical" }],
      steps: FINE_AT_NONE,
      width: 4,
    },
    {
      kind: "stat",
      title: "Warnings",
      about: "Alerts of Baton that somebody looks at on a working day.",
      queries: [{ expr: firing("warning"), legend: "warning" }],
      steps: NOTED_AT_ONE,
      width: 4,
    },
    {
      kind: "stat",
      title: "Groups without a primary",
      about: "Groups for which most agents know no primary that answers.",
      queries: [
        {
          expr: `count(group:baton_primary_known:ratio{${CHOSEN}} < 0.5) or vector(0)`,
          legend: "groups",
        },
      ],
      steps: FINE_AT_NONE,
      width: 4,
    },
    {
      kind: "stat",
      title: "Groups that cannot fail over",
      about: "Groups for which no agent says that a failover is possible now.",
      queries: [
        {
          expr: `count(max by (cluster, group) (baton_failover_possible{${CHOSEN}}) == 0) or vector(0)`,
          legend: "groups",
        },
      ],
      steps: FINE_AT_NONE,
      width: 4,
    },
    {
      kind: "stat",
      title: "Agents that are silent or stuck",
      about: "Agents that Prometheus does not reach, and those that answer and do not look any more.",
      queries: [
        {
          expr:
            `(count(up{job="baton",${CHOSEN_CLUSTER}} == 0) or vector(0)) + ` +
            `(count(${STUCK}) or vector(0))`,
          legend: "agents",
        },
      ],
      steps: NOTED_AT_ONE,
      width: 4,
    },
    {
      kind: "stat",
      title: "Quiet groups",
      about: "Groups with a drill, a switchover or a maintenance: their alerts are silent.",
      queries: [{ expr: `count(group:baton_quiet:max{${CHOSEN}} == 1) or vector(0)`, legend: "groups" }],
      steps: COUNTED,
      width: 4,
    },
  ],
};

export const groups: Row = {
  title: "Groups: where writes go",
  panels: [
    {
      kind: "table",
      title: "Primaries",
      about: "The node that agents lead clients to, the epoch, and how many agents say so.",
      queries: [
        {
          expr: `count by (cluster, group, node, confirmed) (baton_route_info{${CHOSEN}})`,
          legend: "primary",
        },
      ],
      columns: {
        cluster: "cluster",
        group: "group",
        node: "primary",
        confirmed: "confirmed",
        Value: "agents that say so",
      },
      width: 12,
    },
    {
      kind: "table",
      title: "Problems",
      about: "What `baton status` names, and the part of the agents that name it.",
      queries: [{ expr: `group:baton_problem:ratio{${CHOSEN}}`, legend: "problem" }],
      columns: { cluster: "cluster", group: "group", code: "problem", Value: "part of the agents" },
      width: 12,
    },
    {
      kind: "states",
      title: "Which node is primary",
      about: "A line for each node, marked while an agent leads clients to it.",
      queries: [
        {
          expr:
            `max by (cluster, group, node) (baton_route_info{${CHOSEN}}) or ` +
            `0 * group:baton_node_up:max{${CHOSEN}}`,
          legend: "{{group}} {{node}}",
        },
      ],
      steps: [
        [null, "orange"],
        [1, "green"],
      ],
      width: 12,
    },
    {
      kind: "lines",
      title: "Epoch",
      about: "One more is a failover or a switchover.",
      queries: [{ expr: `group:baton_sentinel_epoch:max{${CHOSEN}}`, legend: "{{cluster}} {{group}}" }],
      width: 12,
    },
  ],
};

export const replicas: Row = {
  title: "Replicas: how near they are",
  panels: [
    {
      kind: "lines",
      title: "Lag, against the RPO",
      about: "How long ago the primary wrote what each replica has yet to read, and what is allowed.",
      unit: "s",
      queries: [
        { expr: `group:baton_replica_lag_seconds:min{${CHOSEN}}`, legend: "{{group}} {{node}}" },
        {
          expr: `group:baton_objective_seconds:max{objective="rpo",${CHOSEN}}`,
          legend: "{{group}} RPO",
        },
      ],
      width: 12,
    },
    {
      kind: "lines",
      title: "Lag in bytes",
      about:
        "What would be lost if the primary failed now; what is allowed, where the cluster file says it.",
      unit: "bytes",
      queries: [
        { expr: `group:baton_replica_lag_bytes:min{${CHOSEN}}`, legend: "{{group}} {{node}}" },
        { expr: `group:baton_objective_lag_bytes:max{${CHOSEN}}`, legend: "{{group}} allowed" },
      ],
      width: 12,
    },
    {
      kind: "lines",
      title: "Backlog, against the RTO",
      about: "How long a replica may be away and go on where it was; without writes there is no line.",
      unit: "s",
      queries: [
        { expr: `group:baton_backlog_seconds:min{${CHOSEN}}`, legend: "{{group}} backlog" },
        {
          expr: `2 * group:baton_objective_seconds:max{objective="rto",${CHOSEN}}`,
          legend: "{{group}} needed",
        },
      ],
      width: 12,
    },
    {
      kind: "lines",
      title: "Replicas in touch, and needed",
      about: "With fewer than needed the primary refuses writes.",
      queries: [
        { expr: `group:baton_replicas_online:max{${CHOSEN}}`, legend: "{{group}} in touch" },
        { expr: `group:baton_replicas_needed:max{${CHOSEN}}`, legend: "{{group}} needed" },
        { expr: `group:baton_candidates:max{${CHOSEN}}`, legend: "{{group}} could take over" },
      ],
      width: 6,
    },
    {
      kind: "lines",
      title: "Copied anew",
      about: "Full copies that primaries have sent to replicas, an hour.",
      queries: [
        {
          expr: `max by (cluster, group, node) (increase(baton_full_resyncs_total{${CHOSEN}}[1h]))`,
          legend: "{{group}} by {{node}}",
        },
      ],
      width: 6,
    },
  ],
};

export const sentinels: Row = {
  title: "Sentinels",
  panels: [
    {
      kind: "states",
      title: "Sentinels that answer",
      about: "Red while no agent hears the Sentinel.",
      queries: [{ expr: `group:baton_sentinel_up:max{${CHOSEN}}`, legend: "{{group}} {{sentinel}}" }],
      steps: FINE_AT_ONE,
      width: 12,
    },
    {
      kind: "states",
      title: "Sentinels in TILT",
      about: "A Sentinel in TILT takes no part in failovers.",
      queries: [{ expr: `group:baton_sentinel_tilt:max{${CHOSEN}}`, legend: "{{group}} {{sentinel}}" }],
      steps: NOTED_AT_ONE,
      width: 12,
    },
    {
      kind: "lines",
      title: "Sentinels to spare",
      about: "How many may still fail before there can be no failover; below 0 there is none now.",
      queries: [{ expr: `group:baton_quorum_spare:max{${CHOSEN}}`, legend: "{{cluster}} {{group}}" }],
      width: 12,
    },
    {
      kind: "lines",
      title: "Agreement",
      about: "The part of the agents that hear a majority name the same primary.",
      unit: "percentunit",
      queries: [
        {
          expr: `avg by (cluster, group) (baton_agreement{${CHOSEN}})`,
          legend: "{{cluster}} {{group}}",
        },
      ],
      width: 12,
    },
  ],
};
