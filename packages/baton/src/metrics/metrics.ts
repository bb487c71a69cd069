// The agent's numbers for Prometheus. Gauges are made anew from the last turn at every scrape, so that
// nothing stays behind of a route, a problem or a Sentinel that is gone; counters and the histogram count.
import { monitorEventLoopDelay } from "node:perf_hooks";
import type { GroupPlan } from "../cluster/types.ts";
import { assert } from "../errors.ts";
import type { JournalEntry } from "../journal/journal.ts";
import {
  DELAY_RESOLUTION_MS,
  type ProcessFacts,
  type PoolFacts,
  type ReadRouterFacts,
  ROUTER_COUNTERS,
  type RouterFacts,
  setDelay,
  setPool,
  setProcess,
  setReadRouters,
  setRouters,
  setTarget,
  setTurn,
  type TargetFacts,
  type TurnFacts,
} from "./gauges.ts";
import { type Count, openRegistry } from "./registry.ts";

export interface Metrics {
  recordTurn(group: GroupPlan, turn: TurnFacts): void;
  recordEntry(entry: JournalEntry): void;
  recordTarget(facts: TargetFacts): void;
  /** The text of a scrape, and how it is called in HTTP. */
  scrape(): Promise<{ readonly contentType: string; readonly text: string }>;
  close(): void;
}

export interface MetricsOptions extends ProcessFacts {
  /** Every router of this host, as it is now. */
  routers(): readonly RouterFacts[];
  readRouters(): readonly ReadRouterFacts[];
  /** The processes that serve these, beside this one. */
  processes(): PoolFacts;
}

/** Targets come from the cluster file, which has no more of them. */
const TARGETS_MAX = 1_024;

function textIn(facts: JournalEntry["facts"], key: string): string | undefined {
  const value = facts?.[key];
  return typeof value === "string" ? value : undefined;
}

/** The epoch of a confirmed route that an entry tells of. */
function confirmedEpoch({ kind, facts }: JournalEntry): number | undefined {
  const route = kind === "decision" ? facts?.["route"] : undefined;
  if (typeof route !== "object" || route === null || !("epoch" in route)) return undefined;
  const isConfirmed = "confirmed" in route && route.confirmed === true;
  return isConfirmed && typeof route.epoch === "number" ? route.epoch : undefined;
}

/** Counts what journal entries tell; outcomes are from a fixed set, facts being free. */
function entryCounter(count: Count): (entry: JournalEntry) => void {
  const epochs = new Map<string, number>();
  return (entry) => {
    const { kind, group, facts } = entry;
    const outcome = textIn(facts, "outcome");
    const epoch = confirmedEpoch(entry);
    if (epoch !== undefined) {
      const before = epochs.get(group);
      epochs.set(group, Math.max(epoch, before ?? epoch));
      // The first one is what the agent found when it started.
      if (before !== undefined && epoch > before) count("baton_failovers_total", { group });
    }
    if (kind === "failed") count("baton_failed_actions_total", { group });
    if (kind === "failed" && textIn(facts, "decision") === "fence")
      count("baton_fences_total", { group, outcome: "failed" });
    if (kind === "fenced") count("baton_fences_total", { group, outcome: "done" });
    if (kind === "switchover" && (outcome === "done" || outcome === "undone"))
      count("baton_switchovers_total", { group, outcome });
  };
}

export function openMetrics(options: MetricsOptions): Metrics {
  const { clock } = options;
  const { registry, toldAnew, set, count, observe, tell, reset } = openRegistry();
  const turns = new Map<string, { readonly plan: GroupPlan; readonly turn: TurnFacts }>();
  const targets = new Map<string, TargetFacts>();
  const delay = monitorEventLoopDelay({ resolution: DELAY_RESOLUTION_MS });
  delay.enable();
  return {
    recordTurn(plan, turn) {
      const { name: group } = plan;
      turns.set(group, { plan, turn });
      observe("baton_turn_duration_seconds", { group }, turn.tookMs / 1_000);
      for (const { kind } of turn.decided.decisions) count("baton_decisions_total", { group, kind });
    },
    recordEntry: entryCounter(count),
    recordTarget(facts) {
      const key = JSON.stringify([facts.target, facts.group]);
      assert(targets.has(key) || targets.size < TARGETS_MAX, "a cluster file has fewer targets");
      targets.set(key, facts);
    },
    async scrape() {
      // All in one go: of two scrapes at the same time neither finds what the other has set back.
      reset([...toldAnew, ...ROUTER_COUNTERS]);
      setProcess(set, options);
      setDelay(set, delay);
      for (const { plan, turn } of turns.values()) setTurn(set, plan, turn, clock.monotonicMs());
      for (const facts of targets.values()) setTarget(set, facts);
      setRouters({ set, count, tell }, options.routers());
      setReadRouters(set, count, options.readRouters());
      setPool(set, count, options.processes());
      return { contentType: registry.contentType, text: await registry.metrics() };
    },
    close() {
      delay.disable();
      registry.clear();
    },
  };
}
