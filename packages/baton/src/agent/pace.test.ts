// How often a group is looked at, alone and among many.
import { expect, test } from "vitest";
import type { Layout } from "../cluster/types.ts";
import { CONFIRMATIONS_FRESH_MS } from "../decide/types.ts";
import { group, layout } from "../decide/world.fixture.ts";
import { calmPace, turnFreshMs, urgentPace } from "./pace.ts";

function among(groups: number, durability: Layout["cluster"]["router"]["durability"] = "async"): Layout {
  const { cluster } = layout;
  const all = Array.from({ length: groups }, () => group);
  return { ...layout, groups: all, cluster: { ...cluster, router: { ...cluster.router, durability } } };
}

test("a calm group is looked at twice a second, and among a thousand every two seconds", () => {
  const pausesMs = [1, 16, 250, 500, 1_000].map((groups) => calmPace(among(groups)).pauseMs);
  expect(pausesMs).toEqual([500, 500, 500, 1_000, 2_000]);
});

test("what a router was told of the replicas never grows old in a calm pause", () => {
  const { pauseMs, graceMs } = calmPace(among(1_000, "replicated"));
  expect(pauseMs).toBe(1_000);
  expect(pauseMs + graceMs).toBeLessThan(CONFIRMATIONS_FRESH_MS);
});

test("a turn counts for /primary until the next calm one is over", () => {
  expect([1, 250, 1_000].map((groups) => turnFreshMs(among(groups)))).toEqual([1_500, 1_500, 3_000]);
});

test("in trouble it is looked at every 25 ms, and nobody is waited for longer than 40 ms", () => {
  expect(urgentPace(1)).toEqual({ graceMs: 40, pauseMs: 25 });
  expect(urgentPace(25)).toEqual({ graceMs: 40, pauseMs: 25 });
});

test("hundreds of groups in trouble are looked at a thousand times a second together", () => {
  expect(urgentPace(200)).toEqual({ graceMs: 200, pauseMs: 200 });
  expect(urgentPace(1_000)).toEqual({ graceMs: 300, pauseMs: 1_000 });
});
