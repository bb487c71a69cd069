import { describe, expect, test } from "vitest";
import type { Route } from "../decide/types.ts";
import { at, dead, follows, group, isPrimary, observed, says } from "../decide/world.fixture.ts";
import type { NodeView, ReplicaView, View } from "../observe/types.ts";
import { openRecent, type Recent } from "./recent.ts";

const routeTo = (node: string): Route => {
  return { kind: "primary", node, endpoint: at(node), epoch: 1, confirmed: true };
};
const primary = (node: string, offsetBytes: number, replicationId = "one"): NodeView =>
  ({ ...isPrimary(node), offsetBytes, replicationId }) as NodeView;
const replica = (node: string, offsetBytes: number, more: object = {}): NodeView =>
  ({ ...follows(node, "h1"), offsetBytes, ...more }) as NodeView;

function seen(recent: Recent, atMs: number, nodes: readonly NodeView[], views: readonly View[] = []) {
  recent.see({ observation: observed(views, nodes, atMs), route: routeTo("h1") });
}

describe("the rate of the stream", () => {
  test("is what was written in the last minutes, and unknown before there is enough of them", () => {
    const recent = openRecent(group);
    expect(recent.streamRate()).toBeUndefined();
    seen(recent, 1_000, [primary("h1", 5_000)]);
    seen(recent, 4_000, [primary("h1", 8_000)]);
    expect(recent.streamRate()).toBeUndefined();
    seen(recent, 11_000, [primary("h1", 25_000)]);
    expect(recent.streamRate()).toBe(2_000);
  });

  test("is none while nothing is written", () => {
    const recent = openRecent(group);
    for (let second = 0; second < 60; second += 1) seen(recent, second * 1_000, [primary("h1", 5_000)]);
    expect(recent.streamRate()).toBeUndefined();
  });

  test("forgets what is older than five minutes, and keeps few samples", () => {
    const recent = openRecent(group);
    const burst = 1_000_000;
    seen(recent, 0, [primary("h1", 0)]);
    for (let second = 1; second <= 400; second += 1)
      seen(recent, second * 1_000, [primary("h1", burst + second * 100)]);
    expect(recent.streamRate()).toBeCloseTo(100, 5);
  });

  test.each([
    ["a failover", [dead("h1"), primary("h2", 9_000)], "h2"],
    ["a restart", [primary("h1", 9_000, "two")], "h1"],
    ["an offset that went back", [primary("h1", 10)], "h1"],
  ])("begins anew after %s", (_what, nodes, to) => {
    const recent = openRecent(group);
    seen(recent, 0, [primary("h1", 0)]);
    seen(recent, 10_000, [primary("h1", 8_000)]);
    expect(recent.streamRate()).toBe(800);
    recent.see({ observation: observed([], nodes, 20_000), route: routeTo(to) });
    expect(recent.streamRate()).toBeUndefined();
  });

  test("outlives a moment of silence of the same primary", () => {
    const recent = openRecent(group);
    seen(recent, 0, [primary("h1", 0)]);
    seen(recent, 5_000, [dead("h1")]);
    seen(recent, 10_000, [primary("h1", 8_000)]);
    expect(recent.streamRate()).toBe(800);
  });
});

describe("the longest wait", () => {
  const listed = (id: string, more: Partial<ReplicaView>): ReplicaView => {
    return { ...at(id), flags: ["slave"], priority: 100, offsetBytes: 0, link: "ok", ...more };
  };
  const nodes = [primary("h1", 0), replica("h2", 0, { tookMs: 3 })];

  test("is this agent's or most Sentinels', and is told for a minute at most", () => {
    const recent = openRecent(group);
    const replicas = [listed("h2", { pingWaitMs: 40 })];
    const slow = (id: string, pingWaitMs: number) => says(id, "h1", 1, { pingWaitMs, replicas });
    seen(recent, 0, nodes, [slow("h1", 20), slow("h2", 900), slow("h3", 700)]);
    expect([recent.longestWaitMs("h1"), recent.longestWaitMs("h2")]).toEqual([700, 40]);
    seen(recent, 29_000, nodes);
    expect(recent.longestWaitMs("h1")).toBe(700);
    seen(recent, 31_000, nodes);
    expect(recent.longestWaitMs("h1")).toBe(700);
    seen(recent, 62_000, nodes);
    expect([recent.longestWaitMs("h1"), recent.longestWaitMs("h2")]).toEqual([0, 3]);
  });

  test("is none of a node that does not answer, nor the time that it was down", () => {
    const recent = openRecent(group);
    const down = { pingWaitMs: 5_000, flags: ["master", "s_down"] };
    seen(recent, 0, [dead("h1")], [says("h3", "h1", 1, down)]);
    expect(recent.longestWaitMs("h1")).toBeUndefined();
    seen(recent, 1_000, nodes, [says("h3", "h1", 1, { pingWaitMs: 0 })]);
    expect(recent.longestWaitMs("h1")).toBe(0);
  });

  test("is not that of one Sentinel alone", () => {
    const recent = openRecent(group);
    const views = [0, 3_000, 0].map((pingWaitMs, index) =>
      says(`h${index + 1}`, "h1", 1, { pingWaitMs }),
    );
    seen(recent, 0, nodes, views);
    expect(recent.longestWaitMs("h1")).toBe(0);
  });

  test("is not that of a Sentinel which stood still itself", () => {
    const recent = openRecent(group);
    seen(recent, 0, nodes, [says("h3", "h1", 1, { pingWaitMs: 9_000, tilt: true })]);
    expect(recent.longestWaitMs("h1")).toBe(0);
  });
});

describe("how far a replica is behind in time", () => {
  test("begins when it is first seen behind, and ends when it has read that", () => {
    const recent = openRecent(group);
    seen(recent, 0, [primary("h1", 100), replica("h2", 100)]);
    expect(recent.behindMs("h2")).toBe(0);
    seen(recent, 1_000, [primary("h1", 500), replica("h2", 100)]);
    seen(recent, 9_000, [primary("h1", 900), replica("h2", 300)]);
    expect(recent.behindMs("h2")).toBe(8_000);
    seen(recent, 10_000, [primary("h1", 900), replica("h2", 900)]);
    expect([recent.behindMs("h2"), recent.behindMs("h1")]).toEqual([0, undefined]);
  });

  test("is unknown while it follows nobody, and while the primary does not answer", () => {
    const recent = openRecent(group);
    seen(recent, 0, [primary("h1", 100), replica("h2", 100, { link: "connecting" })]);
    expect(recent.behindMs("h2")).toBeUndefined();
    seen(recent, 1_000, [primary("h1", 100), replica("h2", 100)]);
    seen(recent, 2_000, [dead("h1"), replica("h2", 100)]);
    expect(recent.behindMs("h2")).toBeUndefined();
  });
});
