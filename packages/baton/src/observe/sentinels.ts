// One connection to every Sentinel for all groups of a process, and what a Sentinel says of itself asked once
// for all of them.
import { isDeepStrictEqual } from "node:util";
import type { Layout, OwnSecrets, SentinelPlan } from "../cluster/types.ts";
import { assert } from "../errors.ts";
import { type Door, openDoor } from "../redis/door.ts";
import type { Clock } from "../sys/clock.ts";
import { asText } from "../redis/replies.ts";
import {
  groupLines,
  groupQuestions,
  isSettled,
  selfQuestions,
  sentinelSelf,
  type SentinelSelf,
  sentinelView,
} from "./sentinel-view.ts";
import type { View } from "./types.ts";

export interface Sentinels {
  /** By id of the plan. */
  readonly doors: ReadonlyMap<string, Door>;
  /** @throws BatonError UNREACHABLE, REFUSED; StrangeReply, or the Sentinel's own error. */
  view(plan: SentinelPlan, group: string): Promise<View>;
  /**
   * The view as it was, when the Sentinel's events since `askedMs`, the monotonic time of the question that
   * it answers, and its INFO, which is asked for once for all groups, tell that it still is; undefined
   * otherwise. @throws as `view`.
   */
  unchanged(plan: SentinelPlan, group: string, before: View, askedMs: number): Promise<View | undefined>;
  close(): void;
}

export interface SentinelsOptions {
  readonly layout: Layout;
  readonly secrets: OwnSecrets;
  readonly clock: Clock;
  /** Local address to connect from: the host's own. */
  readonly sourceAddress?: string;
  /** As `Ears` has it (events.ts). Without it nobody hears events, and every question is asked anew. */
  readonly hearingSinceMs?: (sentinel: string) => number | undefined;
}

/**
 * What a Sentinel says of itself counts for all groups for so long, with many groups for
 * longer. Its INFO names every group: a thousand that each asked for it would be told a million lines a
 * second.
 */
const SELF_FRESH_MS = 200;
const SELF_FRESH_MS_A_GROUP = 0.5;
/** So long it stands in for an answer that does not come, like all others (observer.ts). */
const SELF_LAST_MS = 1_200;

interface Said {
  readonly self: SentinelSelf;
  /** What its INFO says of a group. */
  readonly lineOf: (group: string) => string | undefined;
}

function saidIn(replies: readonly unknown[], before: Said | undefined): Said {
  const self = sentinelSelf(replies);
  const isSame = before !== undefined && isDeepStrictEqual(before.self, self);
  let lines: ReadonlyMap<string, string> | undefined;
  return {
    // The same object as before: a thousand views that hold it are as they were, too.
    self: isSame ? before.self : self,
    lineOf: (group) => (lines ??= groupLines(asText(replies[1], "INFO's text"))).get(group),
  };
}

/** Asks at most once at a time, whoever wants to know. */
function selfOf(door: Door, clock: Clock, freshMs: number): () => Promise<Said> {
  let underWay: Promise<Said> | undefined;
  let last: { readonly atMs: number; readonly said: Said } | undefined;

  async function askOnce(): Promise<Said> {
    const atMs = clock.monotonicMs();
    const said = saidIn(await door.batch(selfQuestions), last?.said);
    last = { atMs, said };
    return said;
  }

  return async () => {
    const before = last;
    const ageMs = before === undefined ? Infinity : clock.monotonicMs() - before.atMs;
    if (before !== undefined && ageMs < freshMs) return before.said;
    underWay ??= askOnce().finally(() => {
      underWay = undefined;
    });
    try {
      return await underWay;
    } catch (error) {
      // The deadline was another group's, and began before this one's.
      if (before !== undefined && ageMs < SELF_LAST_MS) return before.said;
      throw error;
    }
  };
}

export function openSentinels(options: SentinelsOptions): Sentinels {
  const { layout, secrets, clock, sourceAddress, hearingSinceMs = () => undefined } = options;
  const source = sourceAddress === undefined ? {} : { sourceAddress };
  const login = { username: "agent", password: secrets.agent, tls: secrets.tls, ...source };
  const freshMs = Math.max(SELF_FRESH_MS, layout.groups.length * SELF_FRESH_MS_A_GROUP);
  const entries = layout.sentinels.map(({ id, address, port }) => {
    const door = openDoor({ address, port, ...login, isShared: true });
    return [id, { door, said: selfOf(door, clock, freshMs) }] as const;
  });
  const all = new Map(entries);
  function known({ id }: SentinelPlan) {
    const one = all.get(id);
    assert(one !== undefined, `the layout has a Sentinel ${id}`);
    return one;
  }
  return {
    doors: new Map(entries.map(([id, { door }]) => [id, door])),
    async view(plan, group) {
      const { door, said } = known(plan);
      const [replies, { self }] = await Promise.all([door.batch(groupQuestions(group)), said()]);
      return sentinelView(plan.id, replies, self);
    },
    async unchanged(plan, group, before, askedMs) {
      const sinceMs = hearingSinceMs(plan.id);
      if (before.kind === "silent" || sinceMs === undefined || sinceMs > askedMs) return undefined;
      const { self, lineOf } = await known(plan).said();
      const line = lineOf(group);
      if (line === undefined || !isSettled(before, line)) return undefined;
      return self.debug === before.debug ? before : { ...before, ...self };
    },
    close() {
      for (const { door } of all.values()) door.close();
    },
  };
}
