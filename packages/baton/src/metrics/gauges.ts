// What gauges say of the last turn, the targets, the routers and this process.
import type { IntervalHistogram } from "node:perf_hooks";
import type { Endpoint, GroupPlan } from "../cluster/types.ts";
import { agree, heardViews, isSame } from "../decide/agree.ts";
import type { Decided } from "../decide/decide.ts";
import type { Doubt, Route } from "../decide/types.ts";
import type { Observation } from "../observe/types.ts";
import type { PoolStats } from "../router/pool.ts";
import type { ReadStats } from "../router/read-router.ts";
import type { RouterStats } from "../router/router.ts";
import type { Clock } from "../sys/clock.ts";
import type { Count, SetGauge, Tell } from "./registry.ts";
import type { MetricName } from "./table.ts";

/** What is counted of one turn of the loop. */
export interface TurnFacts {
  readonly observation: Observation;
  readonly decided: Decided;
  readonly doubts: readonly Doubt[];
  readonly tookMs: number;
}

export interface TargetFacts {
  readonly target: string;
  readonly group: string;
  readonly kind: string;
  readonly ok: boolean;
  readonly latencyMs: number | undefined;
  /** Of the route that the target holds. */
  readonly epoch: number | undefined;
  /** Where it leads; undefined when it says nothing. */
  readonly endpoint: Endpoint | undefined;
}

/** When a certificate is over. */
export interface CertificateFacts {
  readonly use: string;
  readonly expiresAtMs: number;
}

export interface RouterFacts {
  readonly group: string;
  readonly stats: RouterStats;
}

export interface ReadRouterFacts {
  readonly group: string;
  readonly stats: ReadStats;
}

export type PoolFacts = PoolStats;

export interface ProcessFacts {
  readonly host: string;
  readonly version: string;
  readonly clock: Clock;
}

/** The monitor measures its own timer too: the delay is what is above. */
export const DELAY_RESOLUTION_MS = 10;

function setViews(set: SetGauge, { name: group }: GroupPlan, { views }: Observation): void {
  set("baton_sentinels", { group }, views.length);
  set("baton_sentinels_heard", { group }, heardViews(views).length);
  set("baton_agreement", { group }, agree(views).kind === "agreed" ? 1 : 0);
  for (const view of views) {
    const labels = { group, sentinel: view.sentinel };
    set("baton_sentinel_up", labels, view.kind === "heard" ? 1 : 0);
    if (view.kind === "silent") continue;
    set("baton_sentinel_epoch", labels, view.configEpoch);
    set("baton_sentinel_tilt", labels, view.tilt ? 1 : 0);
  }
}

function setNodes(set: SetGauge, { name: group }: GroupPlan, turn: TurnFacts): void {
  const { observation, decided } = turn;
  const { route } = decided.memory;
  const routed = observation.nodes.find(({ node }) => route.kind === "primary" && node === route.node);
  for (const view of observation.nodes) {
    const { node, kind } = view;
    set("baton_node_role", { group, node, role: kind === "silent" ? "unknown" : kind }, 1);
    if (view.kind !== "replica") continue;
    set("baton_replica_link_up", { group, node }, view.link === "connected" ? 1 : 0);
    if (routed?.kind !== "primary") continue;
    const lagBytes = Math.max(0, routed.offsetBytes - view.offsetBytes);
    set("baton_replica_lag_bytes", { group, node }, lagBytes);
  }
}

export function setTurn(set: SetGauge, plan: GroupPlan, turn: TurnFacts, nowMs: number): void {
  const { name: group } = plan;
  const { observation, decided, doubts } = turn;
  const { route } = decided.memory;
  set("baton_decision_age_seconds", { group }, Math.max(0, nowMs - observation.atMs) / 1_000);
  set("baton_doubt", { group }, doubts.length > 0 ? 1 : 0);
  if (route.kind === "primary") {
    const { node, epoch, confirmed } = route;
    set("baton_route_epoch", { group }, epoch);
    set("baton_route_info", { group, node, confirmed: String(confirmed) }, 1);
  }
  const { confirmations } = decided;
  if (confirmations.kind !== "not-asked") {
    const replicas = confirmations.kind === "asked" ? confirmations.replicas : 0;
    set("baton_replicas_to_confirm", { group }, replicas);
  }
  for (const { code, severity } of decided.problems) set("baton_problem", { group, code, severity }, 1);
  setViews(set, plan, observation);
  setNodes(set, plan, turn);
}

export function setTarget(set: SetGauge, facts: TargetFacts, route: Route | undefined): void {
  const { target, group, kind, ok, latencyMs, epoch, endpoint } = facts;
  const labels = { target, group, kind };
  set("baton_target_ok", labels, ok ? 1 : 0);
  if (latencyMs !== undefined) set("baton_target_latency_seconds", labels, latencyMs / 1_000);
  if (epoch !== undefined) set("baton_target_epoch", labels, epoch);
  if (route?.kind !== "primary") return;
  const follows = endpoint !== undefined && isSame(endpoint, route.endpoint);
  set("baton_target_follows", labels, follows ? 1 : 0);
}

export function setCertificates(set: SetGauge, certificates: readonly CertificateFacts[]): void {
  for (const { use, expiresAtMs } of certificates)
    set("baton_certificate_expiry_timestamp_seconds", { use }, expiresAtMs / 1_000);
}

export function setProcess(set: SetGauge, { host, version, clock }: ProcessFacts): void {
  set("baton_info", { host, version }, 1);
  set("process_resident_memory_bytes", {}, process.memoryUsage.rss());
  set("process_start_time_seconds", {}, clock.wallMs() / 1_000 - process.uptime());
}

export function setDelay(set: SetGauge, delay: IntervalHistogram): void {
  for (const share of [0.5, 0.99, 1]) {
    const measuredMs = (share === 1 ? delay.max : delay.percentile(share * 100)) / 1e6;
    const delayMs = Math.max(0, measuredMs - DELAY_RESOLUTION_MS);
    set("baton_event_loop_delay_seconds", { share: String(share) }, delayMs / 1_000);
  }
  delay.reset();
}

/** Counted by the routers themselves: set back before each scrape, and counted up to what they say. */
export const ROUTER_COUNTERS = [
  "baton_router_accepted_total",
  "baton_router_commands_total",
  "baton_router_cut_total",
  "baton_router_handshake_failures_total",
  "baton_router_lost_total",
  "baton_router_moved_total",
  "baton_router_process_deaths_total",
  "baton_router_protocol_errors_total",
  "baton_router_reads_accepted_total",
  "baton_router_reads_cut_total",
  "baton_router_reads_refused_total",
  "baton_router_received_bytes_total",
  "baton_router_refused_total",
  "baton_router_released_total",
  "baton_router_unconfirmed_total",
] as const satisfies readonly MetricName[];

function countRouter(
  { count, tell }: { count: Count; tell: Tell },
  { group, stats }: RouterFacts,
): void {
  count("baton_router_accepted_total", { group }, stats.accepted);
  count("baton_router_released_total", { group }, stats.released);
  count("baton_router_moved_total", { group }, stats.moved);
  count("baton_router_cut_total", { group }, stats.cut);
  count("baton_router_lost_total", { group }, stats.lost);
  count("baton_router_protocol_errors_total", { group }, stats.garbage);
  count("baton_router_unconfirmed_total", { group }, stats.unconfirmed);
  const { handshakeFailures } = stats;
  count("baton_router_handshake_failures_total", { group, port: "writes" }, handshakeFailures);
  for (const [bound, refused] of Object.entries(stats.refused))
    count("baton_router_refused_total", { group, bound }, refused);
  count("baton_router_commands_total", { group }, stats.commands);
  const { bytesFromClients, bytesFromPrimary } = stats;
  count("baton_router_received_bytes_total", { group, from: "clients" }, bytesFromClients);
  count("baton_router_received_bytes_total", { group, from: "primary" }, bytesFromPrimary);
  tell("baton_router_hold_seconds", { group }, stats.holds);
  tell("baton_router_confirmation_wait_seconds", { group }, stats.waits);
}

/** Several routers of one group on one host are summed. */
export function setRouters(
  registry: { readonly set: SetGauge; readonly count: Count; readonly tell: Tell },
  routers: readonly RouterFacts[],
): void {
  const sums = new Map<string, { readonly sessions: number; readonly held: number }>();
  for (const router of routers) {
    const { group, stats } = router;
    const sum = sums.get(group) ?? { sessions: 0, held: 0 };
    sums.set(group, { sessions: sum.sessions + stats.sessions, held: sum.held + stats.held });
    countRouter(registry, router);
  }
  for (const [group, { sessions, held }] of sums) {
    registry.set("baton_router_sessions", { group }, sessions);
    registry.set("baton_router_held_sessions", { group }, held);
  }
}

/** A host has one port for reads of each group. */
export function setReadRouters(set: SetGauge, count: Count, routers: readonly ReadRouterFacts[]): void {
  for (const { group, stats } of routers) {
    set("baton_router_reads_replicas", { group }, stats.replicas);
    for (const [node, sessions] of Object.entries(stats.sessionsByNode))
      set("baton_router_reads_sessions", { group, node }, sessions);
    count("baton_router_reads_accepted_total", { group }, stats.accepted);
    count("baton_router_reads_cut_total", { group }, stats.cut);
    count("baton_router_reads_refused_total", { group }, stats.refused);
    const { handshakeFailures } = stats;
    count("baton_router_handshake_failures_total", { group, port: "reads" }, handshakeFailures);
  }
}

export function setPool(set: SetGauge, count: Count, { running, deaths }: PoolFacts): void {
  set("baton_router_processes", {}, running);
  count("baton_router_process_deaths_total", {}, deaths);
}
