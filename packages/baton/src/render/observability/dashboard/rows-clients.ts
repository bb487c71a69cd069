// The middle of the dashboard: what clients feel, where targets lead, and what redis_exporter adds.
import { CHOSEN, FINE_AT_ONE, quantile, RATE, type Row } from "./panel.ts";

/** What a value of redis_exporter is multiplied with, so that only that of the primary is left. */
const PRIMARY =
  "on (cluster, group, node) group_left () " +
  `max by (cluster, group, node) (baton_node_role{role="primary",${CHOSEN}})`;

const rateOf = (counter: string): string =>
  `sum by (cluster, group) (rate(${counter}{${CHOSEN}}${RATE}))`;

export const router: Row = {
  title: "Routers",
  panels: [
    {
      kind: "lines",
      title: "Sessions",
      about: "Clients of all routers, and those that wait for a primary.",
      queries: [
        {
          expr: `sum by (cluster, group) (baton_router_sessions{${CHOSEN}})`,
          legend: "{{group}} sessions",
        },
        {
          expr: `sum by (cluster, group) (baton_router_held_sessions{${CHOSEN}})`,
          legend: "{{group}} held",
        },
        {
          expr: `sum by (cluster, group, node) (baton_router_reads_sessions{${CHOSEN}})`,
          legend: "{{group}} readers of {{node}}",
        },
      ],
      width: 12,
    },
    {
      kind: "lines",
      title: "Commands",
      about: "Commands of clients sent to primaries.",
      unit: "ops",
      queries: [{ expr: rateOf("baton_router_commands_total"), legend: "{{cluster}} {{group}}" }],
      width: 12,
    },
    {
      kind: "lines",
      title: "Holds and confirmations, 99 %",
      about: "How long clients waited for a primary, and replies for the replicas' confirmation.",
      unit: "s",
      queries: [
        { expr: quantile("baton_router_hold_seconds"), legend: "{{group}} held" },
        {
          expr: quantile("baton_router_confirmation_wait_seconds"),
          legend: "{{group}} confirmed after",
        },
      ],
      width: 12,
    },
    {
      kind: "lines",
      title: "What clients noticed",
      about: "Sessions that were moved notice nothing; the others got an error, or were closed.",
      unit: "cps",
      queries: [
        { expr: rateOf("baton_router_moved_total"), legend: "{{group}} moved" },
        { expr: rateOf("baton_router_cut_total"), legend: "{{group}} cut" },
        { expr: rateOf("baton_router_lost_total"), legend: "{{group}} closed by the primary" },
        { expr: rateOf("baton_router_refused_total"), legend: "{{group}} refused" },
        { expr: rateOf("baton_router_unconfirmed_total"), legend: "{{group}} not confirmed" },
      ],
      width: 12,
    },
  ],
};

export const targets: Row = {
  title: "Targets",
  panels: [
    {
      kind: "states",
      title: "Targets that lead to the primary",
      about: "Red while a target leads elsewhere.",
      queries: [{ expr: `group:baton_target_follows:min{${CHOSEN}}`, legend: "{{group}} {{target}}" }],
      steps: FINE_AT_ONE,
      width: 8,
    },
    {
      kind: "states",
      title: "Targets that can be updated",
      about: "Red while the last update could not be verified.",
      queries: [{ expr: `group:baton_target_ok:min{${CHOSEN}}`, legend: "{{group}} {{target}}" }],
      steps: FINE_AT_ONE,
      width: 8,
    },
    {
      kind: "lines",
      title: "How long an update takes",
      about: "Of the last update of each target, by the slowest agent.",
      unit: "s",
      queries: [
        {
          expr: `max by (cluster, group, target) (baton_target_latency_seconds{${CHOSEN}})`,
          legend: "{{group}} {{target}}",
        },
      ],
      width: 8,
    },
  ],
};

export const exporter: Row = {
  title: "Beside redis_exporter: of the primary",
  panels: [
    {
      kind: "lines",
      title: "Connected clients",
      about: "From redis_exporter, of the node that is primary: see monitoring/redis-exporter.yml.",
      queries: [
        { expr: `redis_connected_clients{${CHOSEN}} * ${PRIMARY}`, legend: "{{group}} {{node}}" },
      ],
      width: 8,
    },
    {
      kind: "lines",
      title: "Commands",
      about: "From redis_exporter, of the node that is primary.",
      unit: "ops",
      queries: [
        {
          expr: `rate(redis_commands_processed_total{${CHOSEN}}${RATE}) * ${PRIMARY}`,
          legend: "{{group}} {{node}}",
        },
      ],
      width: 8,
    },
    {
      kind: "lines",
      title: "Evicted keys",
      about: "From redis_exporter, of the node that is primary.",
      unit: "ops",
      queries: [
        {
          expr: `rate(redis_evicted_keys_total{${CHOSEN}}${RATE}) * ${PRIMARY}`,
          legend: "{{group}} {{node}}",
        },
      ],
      width: 8,
    },
  ],
};
