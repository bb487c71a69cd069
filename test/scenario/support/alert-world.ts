// A world for tests of alerts: what three agents of a healthy group say of it, and how that is changed.
import { recordings } from "../../../packages/baton/src/alerts/recordings.ts";

export type Labels = Readonly<Record<string, string>>;

/** A constant, or values one after the other, each for so many seconds; the last one stays. */
export type Values = number | readonly (readonly [value: number | "gone", seconds: number])[];

export interface Series {
  readonly metric: string;
  readonly labels: Labels;
  readonly values: Values;
}

/**
 * What is different from the healthy world of the group `main` in the cluster `east`: all series of the
 * metric with these labels get these values; where there are none, each agent says it anew.
 */
export type Change = readonly [metric: string, labels: Labels, values: Values];

export const AGENTS = ["h1", "h2", "h3"] as const;
const SENTINELS = ["s1", "s2", "s3"];
const NODES = ["r1", "r2", "r3"];
const REPLICAS = NODES.slice(1);
const DAY_SECONDS = 86_400;

const each = (
  metric: string,
  label: string,
  names: readonly string[],
  value: number,
): readonly Change[] => names.map((name) => [metric, { [label]: name }, value] as const);

/** What each agent says of a group in which nothing is amiss. */
const OF_GROUP: readonly Change[] = [
  ["baton_decision_age_seconds", {}, 0.3],
  ["baton_agreement", {}, 1],
  ["baton_objective_seconds", { objective: "rto" }, 5],
  ["baton_objective_seconds", { objective: "rpo" }, 5],
  ["baton_objective_seconds", { objective: "down_after" }, 3],
  ["baton_route_info", { node: "r1", confirmed: "true" }, 1],
  ["baton_route_epoch", {}, 4],
  ["baton_node_role", { node: "r1", role: "primary" }, 1],
  ["baton_node_role", { node: "r2", role: "replica" }, 1],
  ["baton_node_role", { node: "r3", role: "replica" }, 1],
  ["baton_replicas_online", {}, 2],
  ["baton_replicas_needed", {}, 1],
  ["baton_quorum_spare", {}, 1],
  ...each("baton_sentinel_up", "sentinel", SENTINELS, 1),
  ...each("baton_sentinel_tilt", "sentinel", SENTINELS, 0),
  ...each("baton_sentinel_epoch", "sentinel", SENTINELS, 4),
  ...each("baton_node_up", "node", NODES, 1),
  ...each("baton_node_ping_seconds", "node", NODES, 0.001),
  ...each("baton_replica_link_up", "node", REPLICAS, 1),
  ...each("baton_replica_lag_bytes", "node", REPLICAS, 100),
  ...each("baton_replica_lag_seconds", "node", REPLICAS, 0),
  ["baton_candidates", {}, 2],
  ...each("baton_candidate_empty", "node", REPLICAS, 0),
  ["baton_backlog_seconds", {}, 600],
  ...each("baton_full_resyncs_total", "node", NODES, 2),
  ...NODES.flatMap((node) =>
    ["rdb", "aof"].map((kind) => ["baton_persistence_ok", { node, kind }, 1] as const),
  ),
  ...each("baton_memory_ratio", "node", NODES, 0.4),
  ["baton_drill_last_timestamp_seconds", {}, 0],
  ["baton_drill_last_held", {}, 1],
  ["baton_target_follows", { target: "edge", kind: "haproxy" }, 1],
  ["baton_target_ok", { target: "edge", kind: "haproxy" }, 1],
  ...each("baton_settings_differ", "process", ["sentinel s1", "node r1"], 0),
];

/** What each agent says of itself. */
const OF_AGENT: readonly Change[] = [
  ["up", {}, 1],
  ["baton_certificate_expiry_timestamp_seconds", { use: "redis" }, 100 * DAY_SECONDS],
  ["baton_notices_total", { channel: "ops", outcome: "sent" }, 5],
  ["baton_notices_total", { channel: "ops", outcome: "failed" }, 0],
];

const ofAgents = (
  labels: Labels,
  changes: readonly Change[],
  hosts: readonly string[] = AGENTS,
): readonly Series[] =>
  hosts.flatMap((host) =>
    changes.map(([metric, more, values]) => {
      const agent = { host, instance: `${host}:8377`, job: "baton" };
      return { metric, labels: { ...labels, ...agent, ...more }, values };
    }),
  );

const healthy: readonly Series[] = [
  ...ofAgents({ cluster: "east" }, OF_AGENT),
  ...ofAgents({ cluster: "east", group: "main" }, OF_GROUP),
  ...ofAgents({ cluster: "east", group: "cache" }, OF_GROUP, ["h1"]),
  ...ofAgents({ cluster: "west" }, OF_AGENT, ["h1"]),
  ...ofAgents({ cluster: "west", group: "main" }, OF_GROUP, ["h1"]),
];

const matches = (labels: Labels, wanted: Labels): boolean =>
  Object.entries(wanted).every(([name, value]) => labels[name] === value);

const isOfAgent = (metric: string): boolean => OF_AGENT.some(([name]) => name === metric);

export function changed(
  world: readonly Series[],
  [metric, labels, values]: Change,
  cluster = "east",
): readonly Series[] {
  const place = isOfAgent(metric) ? { cluster } : { cluster, group: "main" };
  const wanted = { ...place, ...labels };
  const isMeant = (series: Series) => series.metric === metric && matches(series.labels, wanted);
  if (world.some(isMeant)) return world.map((one) => (isMeant(one) ? { ...one, values } : one));
  const hosts = AGENTS.filter((host) => labels["host"] === undefined || labels["host"] === host);
  const agents = hosts.map((host) => ({ host, instance: `${host}:8377`, job: "baton" }));
  return [...world, ...agents.map((agent) => ({ metric, labels: { ...wanted, ...agent }, values }))];
}

/** Two clusters that both have a group `main`, and a further group; one agent is enough to tell of those. */
export const worldWith = (changes: readonly Change[]): readonly Series[] =>
  changes.reduce<readonly Series[]>((before, change) => changed(before, change), healthy);

/** The metrics of agents on which an expression stands, recorded ones resolved. */
export function metricsIn(expr: string): ReadonlySet<string> {
  const found = new Set<string>();
  const visited = new Set<string>();
  const visit = (text: string): void => {
    for (const [name] of text.matchAll(/\b(?:agent|group):[\w:]+|\bbaton_\w+|\bup\b/g)) {
      if (visited.has(name)) continue;
      visited.add(name);
      const recording = recordings.find(({ record }) => record === name);
      if (recording === undefined) found.add(name);
      else visit(recording.expr((seconds) => `${seconds}s`));
    }
  };
  visit(expr);
  return found;
}
