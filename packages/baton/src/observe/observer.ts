// Looks at every Sentinel and every node of a group; never interprets what it sees.
import type { GroupPlan, Layout, NodePlan, OwnSecrets, SentinelPlan } from "../cluster/types.ts";
import { type Door, openDoor } from "../redis/door.ts";
import type { Clock } from "../sys/clock.ts";
import { nodeQuestions, nodeView } from "./node-view.ts";
import { sentinelQuestions, sentinelView } from "./sentinel-view.ts";
import { type Source, sourceOf } from "./source.ts";
import type { NodeView, Observation, View } from "./types.ts";

/** An answer older than this is no answer. Two of the loop's slow turns fit in. */
const FRESH_MS = 1_200;

export interface Observer {
  /**
   * Asks everybody at once and waits until all have answered or `graceMs` is over; whoever is still
   * silent then is
   * represented by the last answer, or as silent when that is older than 1200 ms.
   */
  look(graceMs: number): Promise<Observation>;
  /** The observer's own connections, for those who act. */
  readonly doors: ReadonlyMap<string, Door>;
  close(): void;
}

export interface ObserverOptions {
  readonly layout: Layout;
  readonly group: GroupPlan;
  readonly secrets: OwnSecrets;
  readonly clock: Clock;
  /** Local address to connect from: the host's own. */
  readonly sourceAddress?: string;
}

export const nodeDoor = (id: string) => `node ${id}`;
export const sentinelDoor = (id: string) => `sentinel ${id}`;

type Sources = {
  readonly sentinels: readonly { readonly plan: SentinelPlan; readonly source: Source<View> }[];
  readonly nodes: readonly { readonly plan: NodePlan; readonly source: Source<NodeView> }[];
};

function openSources(options: ObserverOptions, doors: Map<string, Door>): Sources {
  const { layout, group, secrets, clock, sourceAddress } = options;
  const open = (key: string, { address, port }: { address: string; port: number }) => {
    const source = sourceAddress === undefined ? {} : { sourceAddress };
    const login = { username: "agent", password: secrets.agent, tls: secrets.tls };
    const door = openDoor({ address, port, ...login, ...source });
    doors.set(key, door);
    return door;
  };
  const served = layout.cluster.targets.filter((target) => target.group === group.name);
  const targetHosts = [...new Set(served.flatMap(({ on }) => on))];
  return {
    sentinels: layout.sentinels.map((plan) => {
      const door = open(sentinelDoor(plan.id), plan);
      const questions = sentinelQuestions(group.name);
      const question = async () => sentinelView(plan.id, await door.batch(questions));
      return { plan, source: sourceOf(question, clock) };
    }),
    nodes: group.nodes.map((plan) => {
      const door = open(nodeDoor(plan.id), plan);
      const questions = nodeQuestions(group.name, targetHosts);
      const question = async () => nodeView(plan.id, await door.batch(questions), targetHosts);
      return { plan, source: sourceOf(question, clock) };
    }),
  };
}

export function openObserver(options: ObserverOptions): Observer {
  const { group, clock } = options;
  const doors = new Map<string, Door>();
  const { sentinels, nodes } = openSources(options, doors);
  return {
    doors,
    async look(graceMs) {
      const grace = new AbortController();
      const answers = [...sentinels, ...nodes].map(({ source }) => source.ask());
      const over = clock.sleep(graceMs, grace.signal).catch(() => undefined);
      await Promise.race([Promise.all(answers), over]);
      grace.abort();
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
      for (const door of doors.values()) door.close();
    },
  };
}
