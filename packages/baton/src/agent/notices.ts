// The notices of this agent: given every turn and every journal entry, with claims and records in each
// group's own Redis.
import type { RunningDrill } from "../cluster/drill-note.ts";
import { WAKE_CHANNEL } from "../cluster/shared-keys.ts";
import type { GroupPlan, Layout, SecretReference } from "../cluster/types.ts";
import type { Problem } from "../decide/types.ts";
import { type Incidents, openIncidents } from "../journal/incidents.ts";
import type { Journal } from "../journal/journal.ts";
import type { Metrics } from "../metrics/metrics.ts";
import { type NoticeEngine, openNotices } from "../notify/engine.ts";
import { redisNotes } from "../notify/notes.ts";
import type { ChannelState } from "../notify/state.ts";
import type { Door } from "../redis/door.ts";
import type { Clock } from "../sys/clock.ts";
import type { Turn } from "./loop.ts";

export interface LedNotices {
  /** Once for each group: how its nodes are reached. */
  open(group: GroupPlan, nodeDoor: (id: string) => Door): void;
  see(group: GroupPlan, turn: Turn): void;
  /** What another agent has published. */
  hear(message: string): void;
  /** What people were to be told of a group, and are not. */
  problemsOf(group: string): readonly Problem[];
  close(): Promise<void>;
}

export interface LedNoticesOptions {
  readonly layout: Layout;
  readonly host: string;
  readonly stateDirectory: string;
  readonly clock: Clock;
  readonly readSecret: (what: string, reference: SecretReference) => Promise<string>;
  readonly journal: Journal;
  readonly metrics: Metrics;
  /** As the last turn of that group has left it; null: none. */
  readonly drillOf: (group: string) => RunningDrill | null;
}

/** A failover is told while it is one of the newest. */
const INCIDENTS_SHOWN = 8;

class GroupEye {
  readonly plan: GroupPlan;
  readonly incidents: Incidents = openIncidents();
  shown: ReturnType<Incidents["list"]> = [];
  isDirty = false;
  epochBefore: number | undefined;
  nodeDoor: ((id: string) => Door) | undefined;
  turn: Turn | undefined;

  constructor(plan: GroupPlan) {
    this.plan = plan;
  }

  /** Nodes that answered the last look, without one whose writes are paused: it answers nothing then. */
  answering(): readonly { readonly id: string; readonly door: Door }[] {
    const { turn, nodeDoor } = this;
    if (turn === undefined || nodeDoor === undefined) return [];
    const views = turn.observation.nodes;
    const moving = views.flatMap((view) => (view.kind === "silent" ? [] : (view.handover?.from ?? [])));
    return views
      .filter(({ kind, node }) => kind !== "silent" && !moving.includes(node))
      .map(({ node }) => ({ id: node, door: nodeDoor(node) }));
  }

  /** Who takes writes, by its own word and by the route. */
  primary(): Door | undefined {
    const { turn } = this;
    const route = turn?.decided.memory.route;
    if (route?.kind !== "primary") return undefined;
    const view = turn?.observation.nodes.find(({ node }) => node === route.node);
    if (view?.kind !== "primary") return undefined;
    return this.answering().find(({ id }) => id === route.node)?.door;
  }

  newest(): ReturnType<Incidents["list"]> {
    if (this.isDirty) this.shown = this.incidents.list().slice(-INCIDENTS_SHOWN);
    this.isDirty = false;
    return this.shown;
  }
}

const NO_NOTICES: LedNotices = {
  open: () => undefined,
  see: () => undefined,
  hear: () => undefined,
  problemsOf: () => [],
  close: () => Promise.resolve(),
};

function problemsIn(states: readonly ChannelState[], group: string): readonly Problem[] {
  return states.flatMap(({ name, groups, lastError }) => {
    if (!groups.includes(group)) return [];
    const message = `the channel ${name} could not tell people: ${lastError ?? "no reason is known"}`;
    return [{ code: "notices-failing", severity: "warning", message } as const];
  });
}

function sightOf(eye: GroupEye, turn: Turn, { clock, drillOf }: LedNoticesOptions) {
  const { decided, doubts } = turn;
  const { memory, problems } = decided;
  const sight = {
    group: eye.plan.name,
    nowMs: clock.monotonicMs(),
    wallMs: clock.wallMs(),
    epochBefore: eye.epochBefore ?? memory.epochSeenMax,
    hasPrimary: eye.primary() !== undefined,
    problems,
    incidents: eye.newest(),
    drill: drillOf(eye.plan.name) ?? undefined,
    switchover: memory.handover?.id,
    isDoubtful: doubts.length > 0,
  };
  eye.epochBefore = memory.epochSeenMax;
  return sight;
}

/** @throws BatonError CLUSTER_FILE */
export async function openLedNotices(options: LedNoticesOptions): Promise<LedNotices> {
  const { layout, host, stateDirectory, clock, readSecret, journal, metrics } = options;
  const { notify: plans = [], name: cluster, hosts } = layout.cluster;
  if (plans.length === 0) return NO_NOTICES;
  const eyes = new Map(layout.groups.map((group) => [group.name, new GroupEye(group)]));
  const engine: NoticeEngine = await openNotices({
    plans,
    cluster,
    host,
    agents: hosts.filter(({ runs }) => runs.includes("agent")).map(({ name }) => name),
    groups: [...eyes.keys()],
    stateDirectory,
    clock,
    notes: redisNotes((group) => eyes.get(group)?.primary()),
    publish(group, message) {
      for (const { door } of eyes.get(group)?.answering() ?? [])
        door.call(["PUBLISH", WAKE_CHANNEL, message]).catch(() => undefined);
    },
    readSecret,
    write: (news) => void journal.write(news),
    count: (channel, outcome) => metrics.recordNotice({ channel, outcome }),
  });
  metrics.watchNotices(
    plans.map(({ name }) => name),
    () => engine.state().reduce((sum, { waiting }) => sum + waiting, 0),
  );
  const unsubscribe = journal.subscribe((entry) => {
    const eye = eyes.get(entry.group);
    if (eye === undefined) return;
    eye.incidents.add(entry);
    eye.isDirty = true;
  });
  return {
    open(group, nodeDoor) {
      const eye = eyes.get(group.name);
      if (eye !== undefined) eye.nodeDoor = nodeDoor;
    },
    see({ name }, turn) {
      const eye = eyes.get(name);
      if (eye === undefined) return;
      eye.turn = turn;
      engine.see(sightOf(eye, turn, options));
    },
    hear: (message) => engine.hear(message),
    problemsOf: (group) => problemsIn(engine.state(), group),
    async close() {
      unsubscribe();
      await engine.close();
    },
  };
}
