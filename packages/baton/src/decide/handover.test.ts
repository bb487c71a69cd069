import { expect, test } from "vitest";
import type { Handover, NodeView, View } from "../observe/types.ts";
import { decide, type DecideInput, nothingRemembered } from "./decide.ts";
import type { Memory } from "./types.ts";
import { at, follows, input, isPrimary, mute, says } from "./world.fixture.ts";

const all = (primary: string, epoch: number) => ["h1", "h2", "h3"].map((id) => says(id, primary, epoch));
const handover: Handover = { id: "one", from: "h1", to: "h2", epoch: 6, phase: "moving" };
const before: Memory = {
  ...nothingRemembered,
  epochSeenMax: 6,
  route: { kind: "primary", node: "h1", endpoint: at("h1"), epoch: 6, confirmed: true },
  standings: { h1: { kind: "agreed" }, h2: { kind: "replica" }, h3: { kind: "replica" } },
};
const told = (view: NodeView): NodeView => Object.assign(view, { handover });
const preparing = [told(isPrimary("h1", ["h2", "h3"])), follows("h2", "h1"), follows("h3", "h1")];
const promoted = [told(isPrimary("h1", ["h3"])), told(isPrimary("h2")), follows("h3", "h1")];
const handed = [told(follows("h1", "h2")), told(isPrimary("h2", ["h1", "h3"])), follows("h3", "h2")];

const turn = (views: readonly View[], nodes: readonly NodeView[], more: Partial<DecideInput> = {}) =>
  decide(input(views, nodes, { memory: before, self: "h3", ...more }));
const kinds = ({ decisions }: ReturnType<typeof turn>) => decisions.map(({ kind }) => kind);

test("clients wait from the order to move until their route leads to the new primary", () => {
  const holding = turn(all("h1", 6), preparing);
  expect(kinds(holding)).toEqual(["stay", "hold-clients"]);
  expect(holding.problems.map(({ code }) => code)).toEqual(["switchover-running"]);
  const still = turn(all("h1", 6), preparing, { memory: holding.memory, nowMs: 30 });
  expect(kinds(still)).toEqual(["stay"]);
  const done = turn(all("h1", 6), handed, { memory: still.memory, nowMs: 300 });
  expect(kinds(done)).toEqual(["route", "release-clients"]);
  expect(done.memory.route).toMatchObject({ node: "h2", epoch: 7, confirmed: false });
  const confirmed = turn(all("h2", 7), handed, { memory: done.memory, nowMs: 900 });
  expect(confirmed.memory.route).toMatchObject({ node: "h2", epoch: 7, confirmed: true });
});

test("clients wait no longer than 5 s for a switchover that does not come to its end", () => {
  const holding = turn(all("h1", 6), preparing);
  const later = turn(all("h1", 6), preparing, { memory: holding.memory, nowMs: 5_100 });
  expect(kinds(later)).toEqual(["stay", "release-clients"]);
});

test("the route does not follow while the old primary still is one, or the new one has no replica", () => {
  expect(turn(all("h1", 6), promoted).memory.route).toEqual(before.route);
  const alone = [told(follows("h1", "h2")), told(isPrimary("h2")), follows("h3", "h1")];
  expect(turn(all("h1", 6), alone).memory.route).toMatchObject({ kind: "none" });
});

test("the route does not follow a handover of an epoch that is over, or on the word of a minority", () => {
  const stale = { ...before, epochSeenMax: 7 };
  expect(turn(all("h1", 7), handed, { memory: stale }).memory.route).not.toMatchObject({ node: "h2" });
  const few = [says("h1", "h1", 6), mute("h2"), mute("h3")];
  expect(turn(few, handed).memory.route).toEqual(before.route);
});

test("a switchover whose runner died after the promotion is carried to its end by the agents", () => {
  const first = turn(all("h1", 6), promoted);
  expect(kinds(first)).not.toContain("fence");
  const second = turn(all("h1", 6), promoted, { memory: first.memory, nowMs: 150 });
  expect(second.decisions).not.toContainEqual(expect.objectContaining({ kind: "fence" }));
  const third = turn(all("h1", 6), promoted, { memory: second.memory, nowMs: 220 });
  expect(third.decisions).toContainEqual(
    expect.objectContaining({ kind: "fence", node: "h1", to: at("h2"), epoch: 7 }),
  );
});

test("a node that restarted as primary during the handover does not get the old one fenced", () => {
  const unseen = { ...before, standings: { h1: { kind: "agreed" as const } } };
  const agreed = turn(all("h1", 6), promoted, { memory: unseen });
  const odd = {
    ...agreed.memory,
    standings: { ...agreed.memory.standings, h2: { kind: "agreed" as const } },
  };
  expect(kinds(turn(all("h1", 6), promoted, { memory: odd, nowMs: 10 }))).not.toContain("fence");
});

test("during a handover nobody is attached to the old primary again", () => {
  const views = all("h1", 6).map((view): View => {
    if (view.kind !== "heard") return view;
    const chosen = {
      ...at("h2"),
      priority: 1,
      offsetBytes: 0,
      link: "ok",
      flags: ["slave", "promoted"],
    };
    return { ...view, flags: ["master", "failover_in_progress"], replicas: [chosen] };
  });
  const nodes = [told(isPrimary("h1")), told(isPrimary("h2", ["h3"])), follows("h3", "h2")];
  expect(kinds(turn(views, nodes))).not.toContain("attach-replica");
});

test("what a dead switchover left on the own node is put back once none is under way", () => {
  const left = [
    isPrimary("h1", ["h2", "h3"]),
    follows("h2", "h1"),
    { ...follows("h3", "h1"), replicaPriority: 1, pingPeriodSeconds: 600 },
  ];
  const first = turn(all("h1", 6), left);
  expect(kinds(first)).toEqual(["stay"]);
  const later = turn(all("h1", 6), left, { memory: first.memory, nowMs: 1_600 });
  expect(later.decisions.at(-1)).toMatchObject({
    kind: "restore-settings",
    node: "h3",
    settings: { "replica-priority": "100", "repl-ping-replica-period": "2" },
  });
});

test("the agents of other hosts put it back when the own one is gone, a little later", () => {
  const left = [
    isPrimary("h1", ["h2", "h3"]),
    Object.assign(follows("h2", "h1"), { replicaPriority: 1 }),
    follows("h3", "h1"),
  ];
  const first = turn(all("h1", 6), left, { self: "h1" });
  const own = turn(all("h1", 6), left, { memory: first.memory, nowMs: 1_600, self: "h2" });
  expect(kinds(own)).toContain("restore-settings");
  const other = turn(all("h1", 6), left, { memory: first.memory, nowMs: 1_600, self: "h1" });
  expect(kinds(other)).toEqual(["stay"]);
  const later = turn(all("h1", 6), left, { memory: first.memory, nowMs: 2_100, self: "h1" });
  expect(kinds(later)).toContain("restore-settings");
  const looking = turn(all("h1", 6), left, { memory: first.memory, nowMs: 9_000, self: undefined });
  expect(kinds(looking)).toEqual(["stay"]);
});
