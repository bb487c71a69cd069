// Looks at every Sentinel and every node of a group; never interprets what it sees.
import type { GroupPlan, NodePlan, SentinelPlan } from "../cluster/types.ts";
import { type Door, openDoor } from "../redis/door.ts";
import {
  briefNodeQuestions,
  nodeQuestions,
  nodeView,
  type Questions,
  unchangedNodeView,
} from "./node-view.ts";
import { openSentinels, type Sentinels, type SentinelsOptions } from "./sentinels.ts";
import { type Source, sourceOf } from "./source.ts";
import type { NodeView, Observation, View } from "./types.ts";

/**
 * An answer older than this is no answer. Two calm turns of a few groups fit in; from 600 groups on none does
 * (agent/pace.ts), and who misses one answer is silent until the next look.
 */
const FRESH_MS = 1_200;
/** What a brief look leaves out was asked at most so long ago, with many groups a little longer. */
const DETAILS_MS = 5_000;
const DETAILS_MS_A_GROUP = 10;

export interface Observer {
  /**
   * Asks everybody at once and waits until all have answered or `graceMs` is over; whoever is still
   * silent then is
   * represented by the last answer, or as silent when that is older than 1200 ms. A brief look asks only for
   * what decides, and for everything where that has changed or was not asked for 5 s, with more than 500
   * groups for 10 ms for each of them.
   */
  look(graceMs: number, isBrief?: boolean): Promise<Observation>;
  /** The observer's connections, for those who act. */
  readonly doors: ReadonlyMap<string, Door>;
  close(): void;
}

export interface ObserverOptions extends SentinelsOptions {
  readonly group: GroupPlan;
  /** Shared with the observers of other groups, and left open; its own without. */
  readonly sentinels?: Sentinels;
}

export const nodeDoor = (id: string) => `node ${id}`;
export const sentinelDoor = (id: string) => `sentinel ${id}`;

type Sources = {
  readonly sentinels: readonly { readonly plan: SentinelPlan; readonly source: Source<View> }[];
  readonly nodes: readonly { readonly plan: NodePlan; readonly source: Source<NodeView> }[];
};

interface Asked<T> {
  whole(): Promise<T>;
  /**
   * Of a view that is new enough to stand for what is not asked, with the monotonic time of the question that
   * it answers; undefined when more has to be asked.
   */
  unchanged(before: T, askedMs: number): Promise<T | undefined>;
}

/** Asks for the whole, or, in a brief look, for as little of it as will do. */
function withDetails<T>(
  { whole, unchanged }: Asked<T>,
  { clock, layout }: ObserverOptions,
): (isBrief: boolean) => Promise<T> {
  const detailsMs = Math.max(DETAILS_MS, layout.groups.length * DETAILS_MS_A_GROUP);
  let last: { readonly wholeAtMs: number; readonly view: T } | undefined;
  return async (isBrief) => {
    const atMs = clock.monotonicMs();
    const before = last;
    // Whoever fails, or comes back, is asked for everything.
    last = undefined;
    if (isBrief && before !== undefined && atMs - before.wholeAtMs < detailsMs) {
      const view = await unchanged(before.view, before.wholeAtMs);
      if (view !== undefined) last = { ...before, view };
    }
    last ??= { wholeAtMs: atMs, view: await whole() };
    return last.view;
  };
}

function openSources(
  options: ObserverOptions,
  shared: Sentinels,
  nodeDoors: Map<string, Door>,
): Sources {
  const { layout, group, secrets, clock, sourceAddress } = options;
  const source = sourceAddress === undefined ? {} : { sourceAddress };
  const login = { username: "agent", password: secrets.agent, tls: secrets.tls, ...source };
  const served = layout.cluster.targets.filter((target) => target.group === group.name);
  const targetHosts = [...new Set(served.flatMap(({ on }) => on))];
  const asking = <T>(asked: Asked<T>) => sourceOf(withDetails(asked, options), clock);
  const questions = nodeQuestions(group.name, targetHosts);
  const brief = briefNodeQuestions(group.name);
  return {
    sentinels: layout.sentinels.map((plan) => {
      const whole = () => shared.view(plan, group.name);
      const unchanged = (before: View, askedMs: number) =>
        shared.unchanged(plan, group.name, before, askedMs);
      return { plan, source: asking({ whole, unchanged }) };
    }),
    nodes: group.nodes.map((plan) => {
      const { id, address, port } = plan;
      const door = openDoor({ address, port, ...login });
      nodeDoors.set(nodeDoor(id), door);
      const timed = async (asked: Questions) => {
        const askedMs = clock.monotonicMs();
        const replies = await door.batch(asked);
        return { replies, tookMs: clock.monotonicMs() - askedMs };
      };
      const whole = async () => {
        const { replies, tookMs } = await timed(questions);
        const view = nodeView(id, replies, targetHosts);
        return view.kind === "silent" ? view : { ...view, tookMs };
      };
      const unchanged = async (before: NodeView) => {
        const { replies, tookMs } = await timed(brief);
        const view = unchangedNodeView(before, replies);
        return view === undefined || view.kind === "silent" ? view : { ...view, tookMs };
      };
      return { plan, source: asking({ whole, unchanged }) };
    }),
  };
}

/** Not the clock's sleep: to end that early takes an error, a thousand times a second. */
async function settledWithin(ms: number, all: readonly Promise<void>[]): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([Promise.all(all), over]);
  clearTimeout(timer);
}

export function openObserver(options: ObserverOptions): Observer {
  const { group, clock } = options;
  const shared = options.sentinels ?? openSentinels(options);
  const nodeDoors = new Map<string, Door>();
  const { sentinels, nodes } = openSources(options, shared, nodeDoors);
  const sentinelDoors = [...shared.doors].map(([id, door]) => [sentinelDoor(id), door] as const);
  return {
    doors: new Map([...sentinelDoors, ...nodeDoors]),
    async look(graceMs, isBrief = false) {
      const answers = [...sentinels, ...nodes].map(({ source }) => source.ask(isBrief));
      await settledWithin(graceMs, answers);
      const views = sentinels.map(({ plan, source }): View => {
        const last = source.latest(FRESH_MS);
        return last.kind === "answer" ? last.value : { ...last, kind: "silent", sentinel: plan.id };
      });
      const nodeViews = nodes.map(({ plan, source }): NodeView => {
        const last = source.latest(FRESH_MS);
        return last.kind === "answer" ? last.value : { ...last, kind: "silent", node: plan.id };
      });
      return { group: group.name, atMs: clock.monotonicMs(), views, nodes: nodeViews };
    },
    close() {
      for (const door of nodeDoors.values()) door.close();
      if (options.sentinels === undefined) shared.close();
    },
  };
}
