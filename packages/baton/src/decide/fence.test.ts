import { describe, expect, test } from "vitest";
import type { NodeView, View } from "../observe/types.ts";
import { decide, type DecideInput, nothingRemembered } from "./decide.ts";
import { turnOf } from "./fence.ts";
import { suspects } from "./standing.ts";
import type { Decision, Memory, Standing } from "./types.ts";
import {
  at,
  dead,
  follows,
  input,
  isPrimary,
  layout,
  leads,
  mute,
  observed,
  says,
} from "./world.fixture.ts";

const all = (primary: string, epoch: number) => ["h1", "h2", "h3"].map((id) => says(id, primary, epoch));
const returned: Standing = { kind: "returned", sinceMs: 0, attempts: 0, nextMs: 0 };
/** h2 has been the agreed primary of epoch 7 for a while; h1 was the one before. */
const later: Memory = {
  ...nothingRemembered,
  epochSeenMax: 7,
  route: { kind: "primary", node: "h2", endpoint: at("h2"), epoch: 7, confirmed: true },
  standings: { h1: { kind: "agreed" }, h2: { kind: "agreed" }, h3: { kind: "replica" } },
};
const twoPrimaries = [isPrimary("h1"), isPrimary("h2", ["h3"]), follows("h3", "h2")];

const loading = (node: string): NodeView => Object.assign(isPrimary(node), { isLoading: true });

function fences(
  views: readonly View[],
  nodes: readonly NodeView[],
  more: Partial<DecideInput> = {},
): readonly Extract<Decision, { kind: "fence" }>[] {
  const { decisions } = decide(input(views, nodes, { memory: later, self: "h2", nowMs: 0, ...more }));
  return decisions.filter((decision) => decision.kind === "fence");
}

test("an old primary that is back is fenced at once, by the first agent in turn", () => {
  expect(fences(all("h2", 7), twoPrimaries)).toEqual([
    {
      kind: "fence",
      node: "h1",
      to: at("h2"),
      epoch: 7,
      by: "agreement",
      reason: "h1 answers as primary, and 10.0.0.2:6379 is, in epoch 7",
    },
  ]);
});

test("the others wait for their turn, the agent on the node's own host longest", () => {
  expect(["h1", "h2", "h3"].map((self) => turnOf(layout, self, "h1"))).toEqual([2, 0, 1]);
  expect(fences(all("h2", 7), twoPrimaries, { self: "h3" })).toEqual([]);
  const waited = { ...later, standings: { ...later.standings, h1: returned } };
  expect(fences(all("h2", 7), twoPrimaries, { self: "h3", memory: waited, nowMs: 60 })).toHaveLength(1);
  expect(fences(all("h2", 7), twoPrimaries, { self: "h1", memory: waited, nowMs: 60 })).toEqual([]);
});

test("a command that only looks fences nobody", () => {
  expect(fences(all("h2", 7), twoPrimaries, { self: undefined })).toEqual([]);
});

test("a cluster file can switch the fence off", () => {
  const off = { ...layout, cluster: { ...layout.cluster, agentFence: false } };
  expect(fences(all("h2", 7), twoPrimaries, { layout: off })).toEqual([]);
});

describe("nobody is fenced", () => {
  const situations: readonly [string, readonly View[], readonly NodeView[]][] = [
    ["on the word of a minority", [says("h1", "h2", 7), mute("h2"), mute("h3")], twoPrimaries],
    [
      "while the Sentinels are split",
      [says("h1", "h2", 7), says("h2", "h1", 7), says("h3", "h3", 7)],
      twoPrimaries,
    ],
    ["for an epoch older than one already seen", all("h2", 6), twoPrimaries],
    [
      "while the agreed primary is silent",
      all("h2", 7),
      [isPrimary("h1"), dead("h2"), follows("h3", "h2")],
    ],
    [
      "while the agreed primary loads its data",
      all("h2", 7),
      [isPrimary("h1"), loading("h2"), follows("h3", "h2")],
    ],
    [
      "while a Sentinel finds the agreed primary down",
      [says("h1", "h2", 7, { flags: ["master", "s_down"] }), says("h2", "h2", 7), says("h3", "h2", 7)],
      twoPrimaries,
    ],
    [
      "while a failover to somebody else is under way",
      [says("h1", "h2", 7), says("h2", "h2", 7), leads("h3", "h2", "h1", 8, ["h1"])],
      twoPrimaries,
    ],
    [
      "while it loads its data, because it takes no writes yet",
      all("h2", 7),
      [loading("h1"), isPrimary("h2", ["h3"]), follows("h3", "h2")],
    ],
  ];
  test.each(situations)("%s", (_name, views, nodes) => {
    expect(fences(views, nodes)).toEqual([]);
  });

  test("in doubt", () => {
    expect(fences(all("h2", 7), twoPrimaries, { doubts: [{ kind: "stalled", forMs: 900 }] })).toEqual(
      [],
    );
  });

  test("in maintenance", () => {
    const pause = { until: "2026-01-01T00:00:00.000Z", by: "h1" };
    const paused: NodeView = Object.assign(isPrimary("h2", ["h3"]), { pause });
    const nodes = [isPrimary("h1"), paused, follows("h3", "h2")];
    const { decisions, problems } = decide(
      input(all("h2", 7), nodes, { memory: later, self: "h2", nowMs: 0 }),
    );
    expect(decisions).toEqual([{ kind: "hold", reason: `paused until ${pause.until} by h1` }]);
    expect(problems.map(({ code }) => code)).toContain("maintenance");
  });
});

test("a replica that has just been promoted has the time of a failover to be named", () => {
  const memory: Memory = { ...later, standings: { ...later.standings, h3: { kind: "replica" } } };
  const nodes = [dead("h1"), isPrimary("h2"), isPrimary("h3")];
  expect(fences(all("h2", 7), nodes, { memory })).toEqual([]);
  const since: Standing = { kind: "promoted", sinceMs: 0, attempts: 0, nextMs: 0 };
  const strayed = { ...memory, standings: { ...memory.standings, h3: since } };
  expect(fences(all("h2", 7), nodes, { memory: strayed, nowMs: 4_000 })).toEqual([]);
  expect(fences(all("h2", 7), nodes, { memory: strayed, nowMs: 5_100 })).toHaveLength(1);
});

test("a node that cannot be fenced is tried again ever more rarely, and becomes a problem", () => {
  let memory = later;
  let attempts = 0;
  for (let nowMs = 0; nowMs < 10_000; nowMs += 25) {
    const decided = decide(input(all("h2", 7), twoPrimaries, { memory, self: "h2", nowMs }));
    memory = decided.memory;
    if (decided.decisions.some(({ kind }) => kind === "fence")) attempts += 1;
    if (nowMs > 5_000) expect(decided.problems.map(({ code }) => code)).toContain("fence-failing");
  }
  expect(attempts).toBeGreaterThan(5);
  expect(attempts).toBeLessThan(15);
});

test("a silent node that was primary is suspect, a silent replica is not", () => {
  const seen = observed(all("h2", 7), [dead("h1"), isPrimary("h2"), dead("h3")]);
  expect(suspects(seen, later.standings)).toEqual(["h1"]);
});
