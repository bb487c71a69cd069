// The agent's numbers for Prometheus. Gauges are made anew from the last turn at every scrape, so that
// nothing stays behind of a route, a problem or a Sentinel that is gone; counters and the histogram count.
import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Cluster, GroupPlan } from "../cluster/types.ts";
import { assert } from "../errors.ts";
import type { JournalEntry } from "../journal/journal.ts";
import type { NodeVitals } from "../observe/types.ts";
import { atEase } from "./at-ease.ts";
import {
  type CertificateFacts,
  DELAY_RESOLUTION_MS,
  type ProcessFacts,
  type PoolFacts,
  type ReadRouterFacts,
  ROUTER_COUNTERS,
  type RouterFacts,
  setCertificates,
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
import { type DrillNotes, setGroup } from "./group-gauges.ts";
import { openRecent, type Recent } from "./recent.ts";
import { type Count, openRegistry } from "./registry.ts";
import type { MetricName } from "./table.ts";

const NOTICE_OUTCOMES = ["failed", "left-out", "retried", "sent"] as const;
export type NoticeOutcome = (typeof NOTICE_OUTCOMES)[number];

export interface Metrics {
  recordTurn(group: GroupPlan, turn: TurnFacts): void;
  recordEntry(entry: JournalEntry): void;
  recordTarget(facts: TargetFacts): void;
  recordNotice(fact: { readonly channel: string; readonly outcome: NoticeOutcome }): void;
  /** Where nobody is told there is nothing to count. */
  watchNotices(channels: readonly string[], waiting: () => number): void;
  /** The text of a scrape, and how it is called in HTTP. Who asks while one is made gets the same. */
  scrape(): Promise<{ readonly contentType: string; readonly text: string }>;
  close(): void;
}

export interface MetricsOptions extends ProcessFacts {
  readonly cluster: Pick<Cluster, "objectives" | "router" | "redisSettings" | "groups">;
  /** Every router of this host, as it is now. */
  routers(): readonly RouterFacts[];
  readRouters(): readonly ReadRouterFacts[];
  /** The processes that serve these, beside this one. */
  processes(): PoolFacts;
  /** What the nodes of a group have said of themselves lately. */
  vitals(group: string): readonly NodeVitals[];
  notes(group: string): DrillNotes;
  certificates(): readonly CertificateFacts[];
}

/** Targets come from the cluster file, which has no more of them. */
const TARGETS_MAX = 1_024;

/** Counted elsewhere: set back before each scrape, and counted up to what is said there. */
const COUNTED_ELSEWHERE = [
  ...ROUTER_COUNTERS,
  "baton_full_resyncs_total",
] as const satisfies readonly MetricName[];

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

/** Counts what journal entries tell; outcomes are from a fixed set, facts and names being free. */
function entryCounter(count: Count, groups: ReadonlySet<string>): (entry: JournalEntry) => void {
  const epochs = new Map<string, number>();
  return (entry) => {
    const { kind, group, facts } = entry;
    if (!groups.has(group)) return;
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

interface Last {
  readonly plan: GroupPlan;
  readonly turn: TurnFacts;
  readonly recent: Recent;
  readonly handoverAtMs: number | undefined;
}

/** Notices: counted as they are sent, and how many wait now; where nobody is told there is nothing. */
function noticeCounter(count: Count) {
  let waitingNow: (() => number) | undefined;
  const parts: Pick<Metrics, "recordNotice" | "watchNotices"> = {
    recordNotice: ({ channel, outcome }) => count("baton_notices_total", { channel, outcome }),
    watchNotices(channels, waiting) {
      waitingNow = waiting;
      // A rule can only see a rise of what was there before.
      for (const channel of channels)
        for (const outcome of NOTICE_OUTCOMES) count("baton_notices_total", { channel, outcome }, 0);
    },
  };
  return { parts, waiting: () => waitingNow?.() };
}

export function openMetrics(options: MetricsOptions): Metrics {
  const { clock, cluster } = options;
  const { registry, toldAnew, set, count, observe, tell, reset, textOf } = openRegistry();
  const groups = new Set(cluster.groups.map(({ name }) => name));
  const turns = new Map<string, Last>();
  const targets = new Map<string, TargetFacts>();
  const notices = noticeCounter(count);
  const delay = monitorEventLoopDelay({ resolution: DELAY_RESOLUTION_MS });
  delay.enable();

  async function gather(): Promise<string> {
    const ease = atEase(clock);
    reset([...toldAnew, ...COUNTED_ELSEWHERE]);
    setProcess(set, options);
    setDelay(set, delay);
    setCertificates(set, options.certificates());
    for (const last of turns.values()) {
      const { name } = last.plan;
      setTurn(set, last.plan, last.turn, clock.monotonicMs());
      const [vitals, notes] = [options.vitals(name), options.notes(name)];
      setGroup({ set, count }, { ...last, cluster, vitals, notes });
      await ease();
    }
    for (const facts of targets.values())
      setTarget(set, facts, turns.get(facts.group)?.turn.decided.memory.route);
    setRouters({ set, count, tell }, options.routers());
    setReadRouters(set, count, options.readRouters());
    setPool(set, count, options.processes());
    const waiting = notices.waiting();
    if (waiting !== undefined) set("baton_notices_waiting", {}, waiting);
    return await textOf(ease);
  }

  let underWay: Promise<string> | undefined;
  return {
    recordTurn(plan, turn) {
      const { name: group } = plan;
      const before = turns.get(group);
      const recent = before?.recent ?? openRecent(plan);
      const isMoving = turn.decided.memory.handover !== undefined;
      const handoverAtMs = isMoving ? turn.observation.atMs : before?.handoverAtMs;
      recent.see({ observation: turn.observation, route: turn.decided.memory.route });
      turns.set(group, { plan, turn, recent, handoverAtMs });
      observe("baton_turn_duration_seconds", { group }, turn.tookMs / 1_000);
      for (const { kind } of turn.decided.decisions) count("baton_decisions_total", { group, kind });
    },
    recordEntry: entryCounter(count, groups),
    recordTarget(facts) {
      const key = JSON.stringify([facts.target, facts.group]);
      assert(targets.has(key) || targets.size < TARGETS_MAX, "a cluster file has fewer targets");
      targets.set(key, facts);
    },
    ...notices.parts,
    async scrape() {
      // One at a time: of two, each would find what the other has set back.
      underWay ??= gather().finally(() => {
        underWay = undefined;
      });
      return { contentType: registry.contentType, text: await underWay };
    },
    // A scrape may still be under way: its numbers stay.
    close: () => void delay.disable(),
  };
}
