// The last part of the dashboard: how nodes are, what drills have shown, which alerts fire, and the agents.
import { CHOSEN, CHOSEN_CLUSTER, FINE_AT_ONE, quantile, type Row } from "./panel.ts";

export const nodes: Row = {
  title: "Nodes",
  panels: [
    {
      kind: "states",
      title: "Nodes that answer",
      about: "Red while no agent is answered.",
      queries: [{ expr: `group:baton_node_up:max{${CHOSEN}}`, legend: "{{group}} {{node}}" }],
      steps: FINE_AT_ONE,
      width: 12,
    },
    {
      kind: "lines",
      title: "PING, against down-after",
      about: "How long nodes take to answer; at down-after the Sentinels hold one for dead.",
      unit: "s",
      queries: [
        { expr: `group:baton_node_ping_seconds:min{${CHOSEN}}`, legend: "{{group}} {{node}}" },
        {
          expr: `group:baton_objective_seconds:max{objective="down_after",${CHOSEN}}`,
          legend: "{{group}} down-after",
        },
      ],
      width: 12,
    },
    {
      kind: "lines",
      title: "Memory, part of maxmemory",
      about: "Without maxmemory there is no line.",
      unit: "percentunit",
      queries: [
        {
          expr: `max by (cluster, group, node) (baton_memory_ratio{${CHOSEN}})`,
          legend: "{{group}} {{node}}",
        },
      ],
      width: 12,
    },
    {
      kind: "states",
      title: "Persistence",
      about: "Red after a snapshot or an append-only file that could not be written.",
      queries: [
        {
          expr: `min by (cluster, group, node, kind) (baton_persistence_ok{${CHOSEN}})`,
          legend: "{{group}} {{node}} {{kind}}",
        },
      ],
      steps: FINE_AT_ONE,
      width: 12,
    },
  ],
};

export const drills: Row = {
  title: "Drills",
  panels: [
    {
      kind: "lines",
      title: "Age of the newest drill",
      about: "After 30 days there is an alert.",
      unit: "dtdurations",
      queries: [
        {
          expr: `time() - group:baton_drill_last_timestamp_seconds:max{${CHOSEN}}`,
          legend: "{{cluster}} {{group}}",
        },
      ],
      width: 8,
    },
    {
      kind: "states",
      title: "The newest drill held",
      about: "Red after a drill that broke a promise.",
      queries: [{ expr: `group:baton_drill_last_held:min{${CHOSEN}}`, legend: "{{cluster}} {{group}}" }],
      steps: FINE_AT_ONE,
      width: 8,
    },
    {
      kind: "lines",
      title: "RTO of the newest drill, against the objective",
      about: "How long writes stood still, and how long they may.",
      unit: "s",
      queries: [
        {
          expr: `max by (cluster, group) (baton_drill_last_rto_seconds{${CHOSEN}})`,
          legend: "{{group}} measured",
        },
        {
          expr: `group:baton_objective_seconds:max{objective="rto",${CHOSEN}}`,
          legend: "{{group}} objective",
        },
      ],
      width: 8,
    },
  ],
};

export const alerts: Row = {
  title: "Alerts and agents",
  panels: [
    {
      kind: "table",
      title: "Alerts that fire",
      about: "Each has a page in docs/runbooks.",
      queries: [
        {
          expr: `ALERTS{alertname=~"Baton.+",alertstate="firing",${CHOSEN_CLUSTER}}`,
          legend: "{{alertname}}",
        },
      ],
      columns: {
        alertname: "alert",
        severity: "severity",
        cluster: "cluster",
        group: "group",
        node: "node",
        sentinel: "Sentinel",
        target: "target",
        instance: "agent",
      },
      width: 12,
    },
    {
      kind: "lines",
      title: "Alerts over time",
      about: "How many of each fire.",
      queries: [
        {
          expr: `count by (alertname) (ALERTS{alertname=~"Baton.+",alertstate="firing",${CHOSEN_CLUSTER}})`,
          legend: "{{alertname}}",
        },
      ],
      width: 12,
    },
    {
      kind: "lines",
      title: "Agents: time since the last look",
      about: "Above 5 s an agent is stuck.",
      unit: "s",
      queries: [
        {
          expr: `max by (cluster, host, instance) (baton_decision_age_seconds{${CHOSEN_CLUSTER}})`,
          legend: "{{cluster}} {{host}}",
        },
      ],
      width: 8,
    },
    {
      kind: "lines",
      title: "Agents: a turn, 99 %",
      about: "Look, decide, act.",
      unit: "s",
      queries: [{ expr: quantile("baton_turn_duration_seconds"), legend: "{{cluster}} {{group}}" }],
      width: 8,
    },
    {
      kind: "lines",
      title: "Agents: memory",
      about: "Resident memory of each agent.",
      unit: "bytes",
      queries: [
        {
          expr: `process_resident_memory_bytes{job="baton",${CHOSEN_CLUSTER}}`,
          legend: "{{cluster}} {{host}}",
        },
      ],
      width: 8,
    },
  ],
};
