// What alerts need to know of one group: the promises it was given, what could go wrong next, and how its
// nodes are.
import type { Cluster, GroupPlan } from "../cluster/types.ts";
import { isSameSetting, watchedSettings } from "../cluster/watched-settings.ts";
import { heardViews } from "../decide/agree.ts";
import { promotable, quorumSpare } from "../decide/chance.ts";
import { wrongSettings } from "../decide/sentinel-settings.ts";
import type { NodeVitals, NodeView } from "../observe/types.ts";
import type { TurnFacts } from "./gauges.ts";
import type { Recent } from "./recent.ts";
import type { Count, SetGauge } from "./registry.ts";

/** A drill that has ended, as far as metrics tell of it. */
export interface DrillFacts {
  /** ISO 8601. */
  readonly at: string;
  readonly verdict: "held" | "broken" | "unknown";
  readonly rtoMs: number | null;
}

/** What stands in the group's own Redis about drills. */
export interface DrillNotes {
  /** Under way; null: none is. */
  readonly drill: object | null;
  /** Those that have ended, newest first. */
  readonly drills: readonly DrillFacts[];
}

export interface GroupFacts {
  readonly cluster: Pick<Cluster, "objectives" | "router" | "redisSettings">;
  readonly plan: GroupPlan;
  readonly turn: TurnFacts;
  readonly recent: Recent;
  /** When a switchover was last seen to be under way, monotonic; undefined: none was. */
  readonly handoverAtMs: number | undefined;
  readonly vitals: readonly NodeVitals[];
  readonly notes: DrillNotes;
}

type Told = { readonly set: SetGauge; readonly count: Count };
type Primary = Extract<NodeView, { kind: "primary" }>;

const flag = (is: boolean): number => (is ? 1 : 0);

function routedPrimary({ turn }: GroupFacts): Primary | undefined {
  const { route } = turn.decided.memory;
  const view = turn.observation.nodes.find(
    ({ node }) => route.kind === "primary" && node === route.node,
  );
  return view?.kind === "primary" ? view : undefined;
}

/** A switchover takes a second or two: told for longer, no scrape of four times a minute misses it. */
const SWITCHOVER_TOLD_MS = 30_000;

function setQuiet(set: SetGauge, facts: GroupFacts): void {
  const { plan, turn, notes, handoverAtMs } = facts;
  const { name: group } = plan;
  const { problems } = turn.decided;
  const sinceMs = turn.observation.atMs - (handoverAtMs ?? Number.NEGATIVE_INFINITY);
  const reasons = {
    drill: notes.drill !== null,
    maintenance: problems.some(({ code }) => code === "maintenance"),
    switchover: sinceMs < SWITCHOVER_TOLD_MS,
  };
  for (const [because, is] of Object.entries(reasons)) if (is) set("baton_quiet", { group, because }, 1);
}

function setObjectives(set: SetGauge, { cluster, plan }: GroupFacts): void {
  const { name: group, timings } = plan;
  const { rtoMs, rpo } = cluster.objectives;
  const maxLag = cluster.router.reads?.maxLag;
  const seconds = (objective: string, ms: number) =>
    set("baton_objective_seconds", { group, objective }, ms / 1_000);
  seconds("rto", rtoMs);
  seconds("down_after", timings.downAfterMs.value);
  if (rpo.kind === "bounded") seconds("rpo", rpo.ms);
  if (maxLag?.kind === "bytes") set("baton_objective_lag_bytes", { group }, maxLag.bytes);
  set("baton_replicas_needed", { group }, timings.minReplicasToWrite.value);
}

function setChance(set: SetGauge, facts: GroupFacts): void {
  const { plan, turn } = facts;
  const { name: group } = plan;
  const { observation } = turn;
  const spare = quorumSpare(observation);
  const candidates = promotable(plan, observation);
  set("baton_quorum_spare", { group }, spare);
  set("baton_candidates", { group }, candidates.length);
  set("baton_failover_possible", { group }, flag(spare >= 0 && candidates.length > 0));
  const primary = routedPrimary(facts);
  if (primary?.keys === undefined) return;
  for (const view of observation.nodes) {
    if (view.kind !== "replica" || view.keys === undefined || !candidates.includes(view.node)) continue;
    const isEmpty = view.keys === 0 && primary.keys > 0;
    set("baton_candidate_empty", { group, node: view.node }, flag(isEmpty));
  }
}

function setReplication(set: SetGauge, facts: GroupFacts): void {
  const { plan, turn, recent } = facts;
  const { name: group } = plan;
  const { nodes } = turn.observation;
  set("baton_primaries", { group }, nodes.filter(({ kind }) => kind === "primary").length);
  for (const { node, kind } of nodes) {
    set("baton_node_up", { group, node }, flag(kind !== "silent"));
    const waitMs = recent.longestWaitMs(node);
    if (waitMs !== undefined) set("baton_node_ping_seconds", { group, node }, waitMs / 1_000);
    const behindMs = kind === "replica" ? recent.behindMs(node) : undefined;
    if (behindMs !== undefined) set("baton_replica_lag_seconds", { group, node }, behindMs / 1_000);
  }
  const primary = routedPrimary(facts);
  if (primary === undefined) return;
  const online = primary.goodReplicas ?? primary.replicas.length;
  set("baton_replicas_online", { group }, online);
  const rate = recent.streamRate();
  const { backlogBytes } = primary;
  if (rate !== undefined && backlogBytes !== undefined)
    set("baton_backlog_seconds", { group }, backlogBytes / rate);
}

function setVitals({ set, count }: Told, { plan, turn, vitals }: GroupFacts): void {
  const { name: group } = plan;
  for (const one of vitals) {
    const { node, fullResyncs, usedBytes, maxBytes, isSnapshotOk, isAppendOnlyOk } = one;
    const view = turn.observation.nodes.find((seen) => seen.node === node);
    if (view === undefined || view.kind === "silent") continue;
    const labels = { group, node };
    if (fullResyncs !== undefined) count("baton_full_resyncs_total", labels, fullResyncs);
    if (isSnapshotOk !== undefined)
      set("baton_persistence_ok", { ...labels, kind: "rdb" }, flag(isSnapshotOk));
    if (isAppendOnlyOk !== undefined)
      set("baton_persistence_ok", { ...labels, kind: "aof" }, flag(isAppendOnlyOk));
    if (usedBytes !== undefined && maxBytes !== undefined && maxBytes > 0)
      set("baton_memory_ratio", labels, usedBytes / maxBytes);
  }
}

/** A node of which no setting could be read says nothing: it may not let this user ask. */
function setDrift(set: SetGauge, { cluster, plan, turn, vitals }: GroupFacts): void {
  const { name: group, timings } = plan;
  const tell = (process: string, differs: boolean) =>
    set("baton_settings_differ", { group, process }, flag(differs));
  for (const view of heardViews(turn.observation.views))
    tell(`sentinel ${view.sentinel}`, wrongSettings(view, timings).length > 0);
  const asked = Object.entries(watchedSettings(cluster, plan));
  for (const { node, settings } of vitals) {
    const read = asked.flatMap(([name, wanted]) => {
      const said = settings[name];
      return said === undefined ? [] : [isSameSetting(wanted, said)];
    });
    if (read.length > 0) tell(`node ${node}`, read.includes(false));
  }
}

/** A drill without a verdict has shown nothing: the one before it still counts. */
function setDrills(set: SetGauge, { plan: { name: group }, notes }: GroupFacts): void {
  const last = notes.drills.find(({ verdict }) => verdict !== "unknown");
  const atMs = last === undefined ? Number.NaN : Date.parse(last.at);
  if (last === undefined || Number.isNaN(atMs)) return;
  set("baton_drill_last_timestamp_seconds", { group }, atMs / 1_000);
  set("baton_drill_last_held", { group }, flag(last.verdict === "held"));
  if (last.rtoMs !== null) set("baton_drill_last_rto_seconds", { group }, last.rtoMs / 1_000);
}

export function setGroup(told: Told, facts: GroupFacts): void {
  const { set } = told;
  setQuiet(set, facts);
  setObjectives(set, facts);
  setChance(set, facts);
  setReplication(set, facts);
  setVitals(told, facts);
  setDrift(set, facts);
  setDrills(set, facts);
}
