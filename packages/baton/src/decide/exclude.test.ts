import { describe, expect, test } from "vitest";
import type { NodeView } from "../observe/types.ts";
import { type Decided, type DecideInput } from "./decide.ts";
import {
  allSay,
  both,
  DOWN,
  during,
  healthy,
  listed,
  replicated,
  settled,
  turn,
  withPriority,
} from "./replicated.fixture.ts";
import type { Decision } from "./types.ts";
import { at, dead, follows, isPrimary, layout, leads, mute, says } from "./world.fixture.ts";

type Deed = Extract<Decision, { kind: "exclude-replica" | "include-replica" | "restore-settings" }>;
const KINDS = new Set<string>(["exclude-replica", "include-replica", "restore-settings"]);
const deedsOf = ({ decisions }: Decided): readonly Deed[] =>
  decisions.filter((decision): decision is Deed => KINDS.has(decision.kind));

/** The turn at which a deed was first decided, and the deed; at most the first counts. */
function firstDeed(turns: readonly Decided[]): readonly [number, Deed] | undefined {
  for (const [index, decided] of turns.entries()) {
    const [deed] = deedsOf(decided);
    if (deed !== undefined) return [index * 500, deed];
  }
  return undefined;
}

const unlinked = (id: string): NodeView => Object.assign({}, follows(id, "h1"), { link: "connect" });
const all100 = (nodes: readonly NodeView[]) => nodes.map((view) => withPriority(view, 100));
const h3Unlinked = all100([isPrimary("h1", ["h2"]), follows("h2", "h1"), unlinked("h3")]);
const alone = (nodes: readonly NodeView[], more: Partial<DecideInput> = {}) =>
  during(0, 8_000, () => ({ views: allSay(both), nodes }), { self: "h1", ...more });

describe("a replica that has fallen behind", () => {
  test("is excluded after 2 s without its connection, beside one that could be promoted", () => {
    expect(firstDeed(alone(h3Unlinked))).toEqual([
      2_000,
      {
        kind: "exclude-replica",
        node: "h3",
        primary: at("h1"),
        epoch: 7,
        priority: 100,
        beside: ["h2"],
        reason: "h3 is not connected to h1 (link connect) for 2 s: it must not be promoted",
      },
    ]);
  });

  test("is left to the other agents in turn, that of its own host last", () => {
    const first = ["h1", "h2", "h3"].map((self) => firstDeed(alone(h3Unlinked, { self }))?.[0]);
    expect(first).toEqual([2_000, 2_500, 3_000]);
    expect(firstDeed(alone(h3Unlinked, { self: undefined }))).toBeUndefined();
  });

  test("is excluded when it reads nothing any more, though both ends call it connected", () => {
    const cut = (nowMs: number) => {
      const primary = isPrimary("h1", ["h2", "h3"]);
      const offset = (view: NodeView, offsetBytes: number) => Object.assign({}, view, { offsetBytes });
      const nodes = [
        offset(primary, 1_000 + nowMs),
        offset(follows("h2", "h1"), 1_000 + nowMs),
        offset(follows("h3", "h1"), 1_100),
      ];
      return { views: allSay(both), nodes: all100(nodes) };
    };
    const found = firstDeed(during(0, 8_000, cut, { self: "h1" }));
    expect(found?.[1]).toMatchObject({
      kind: "exclude-replica",
      node: "h3",
      reason: expect.stringMatching(/^h3 is behind h1 for/),
    });
    expect(found?.[0]).toBeLessThanOrEqual(5_000);
  });

  test("stays when it is always some megabytes behind a busy primary, and goes on reading", () => {
    const busy = (nowMs: number) => {
      const offset = (view: NodeView, ms: number) =>
        Object.assign({}, view, { offsetBytes: 1_000 + ms * 10_000 });
      const [h1, h2, h3] = healthy as [NodeView, NodeView, NodeView];
      const nodes = [offset(h1, nowMs), offset(h2, nowMs), offset(h3, Math.max(0, nowMs - 1_000))];
      return { views: allSay(both), nodes: all100(nodes) };
    };
    expect(firstDeed(during(0, 20_000, busy, { self: "h1" }))).toBeUndefined();
  });

  test("stays when it is the last one that could be promoted, however far behind", () => {
    const bothBehind = all100([isPrimary("h1"), unlinked("h2"), unlinked("h3")]);
    expect(firstDeed(alone(bothBehind))).toBeUndefined();
    const otherDead = all100([isPrimary("h1"), dead("h2"), unlinked("h3")]);
    expect(firstDeed(alone(otherDead))).toBeUndefined();
    const otherZero = h3Unlinked.with(1, withPriority(follows("h2", "h1"), 0));
    const kinds = alone(otherZero)
      .flatMap(deedsOf)
      .map(({ kind }) => kind);
    expect(kinds).not.toContain("exclude-replica");
    const otherDown = allSay([listed("h2", DOWN), listed("h3")]);
    const views = () => ({ views: otherDown, nodes: h3Unlinked });
    expect(firstDeed(during(0, 8_000, views, { self: "h1" }))).toBeUndefined();
  });

  test("stays while the Sentinels are no majority, fail over, or find the primary down", () => {
    const [one] = allSay(both);
    const worlds = [
      one === undefined ? [] : [one, mute("h2"), mute("h3")],
      [...allSay(both).slice(0, 2), leads("h3", "h1", "h2", 8, ["h1"])],
      allSay(both, "h1", { flags: ["master", "s_down"] }),
      allSay(both).with(2, says("h3", "h1", 7, { flags: ["master", "s_down", "o_down"] })),
    ];
    for (const views of worlds) {
      const turns = during(0, 8_000, () => ({ views, nodes: h3Unlinked }), { self: "h1" });
      expect(firstDeed(turns)).toBeUndefined();
    }
  });

  test("is excluded though the Sentinel beside it, cut off like it, finds the primary down", () => {
    const views = allSay(both).with(2, says("h3", "h1", 7, { flags: ["master", "s_down"] }));
    const turns = during(0, 8_000, () => ({ views, nodes: h3Unlinked }), { self: "h1" });
    expect(firstDeed(turns)?.[1]).toMatchObject({ kind: "exclude-replica", node: "h3" });
  });

  test("stays during a switchover and in maintenance", () => {
    const handover = { id: "x", from: "h1", to: "h2", epoch: 7, phase: "moving" } as const;
    const pause = { until: "2026-01-01T00:00:00.000Z", by: "h1" };
    for (const note of [{ handover }, { pause }]) {
      const nodes = h3Unlinked.map((view, index) =>
        index === 0 ? Object.assign({}, view, note) : view,
      );
      expect(firstDeed(alone(nodes))).toBeUndefined();
    }
  });

  test("is nobody's business with durability: async", () => {
    expect(firstDeed(alone(h3Unlinked, { layout }))).toBeUndefined();
  });
});

describe("an excluded replica", () => {
  const zero = [listed("h2"), listed("h3", { priority: 0 })];
  const back = all100(healthy).with(2, withPriority(follows("h3", "h1"), 0));
  const behind = h3Unlinked.with(2, withPriority(unlinked("h3"), 0));
  const returning = (nowMs: number) => ({ views: allSay(zero), nodes: nowMs < 2_000 ? behind : back });

  test("is let back in after it has kept up for 3 s, in which all routers have asked it already", () => {
    const turns = during(0, 8_000, returning, { self: "h1" });
    expect(firstDeed(turns)).toEqual([
      5_000,
      {
        kind: "include-replica",
        node: "h3",
        primary: at("h1"),
        epoch: 7,
        priority: 100,
        reason: "h3 keeps up with h1 for 3 s and can be promoted again",
      },
    ]);
    const asked = turns
      .slice(0, 11)
      .map(({ confirmations: one }) => (one.kind === "asked" ? one.names.join() : one.kind));
    expect(asked).toEqual([...Array<string>(4).fill("h2"), ...Array<string>(7).fill("h2,h3")]);
  });

  test("is no leftover of a switchover, which only a preferred one is", () => {
    expect(during(0, 8_000, () => ({ views: allSay(zero), nodes: behind })).flatMap(deedsOf)).toEqual(
      [],
    );
    const preferred = all100(healthy).with(2, withPriority(follows("h3", "h1"), 1));
    expect(firstDeed(alone(preferred))?.[1]).toMatchObject({ kind: "restore-settings", node: "h3" });
    const asynchronous = during(0, 8_000, () => ({ views: allSay(zero), nodes: back }), { layout });
    expect(firstDeed(asynchronous)?.[1]).toMatchObject({ kind: "restore-settings", node: "h3" });
  });

  test("is a problem with its name, and for how long it has been one", () => {
    const { problems } = during(0, 4_000, returning).at(-1) ?? { problems: [] };
    expect(problems).toContainEqual({
      code: "replica-excluded",
      severity: "warning",
      message:
        "the replica h3 is out of the in-sync set for 4 s: with replica-priority 0 it is not " +
        "promoted, until it has caught up",
    });
  });
});

describe("an old primary that is back", () => {
  const nodes = all100([isPrimary("h1"), isPrimary("h2", ["h3"]), follows("h3", "h2")]);
  const route = { kind: "primary", node: "h2", endpoint: at("h2"), epoch: 7, confirmed: true } as const;
  const memory = { ...settled, route };
  const fence = (seen: readonly NodeView[], more: Partial<DecideInput> = {}) =>
    turn(allSay([listed("h1"), listed("h3")], "h2"), seen, {
      memory,
      self: "h2",
      ...more,
    }).decisions.find(({ kind }) => kind === "fence");

  test("is kept from being promoted by the fence itself: it can be ahead by what nobody confirmed", () => {
    expect(fence(nodes)).toMatchObject({ node: "h1", isExcluded: true });
    expect(fence(nodes, { layout })).not.toHaveProperty("isExcluded");
  });

  test("keeps its priority when it is the only one that could be promoted next", () => {
    expect(fence(nodes.with(2, dead("h3")))).toMatchObject({ node: "h1" });
    expect(fence(nodes.with(2, dead("h3")))).not.toHaveProperty("isExcluded");
    expect(replicated.cluster.router.durability).toBe("replicated");
  });
});
