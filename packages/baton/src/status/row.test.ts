// One line for a group among a thousand: what it says, and when it is worth telling again.
import { expect, test } from "vitest";
import { dead, follows, isPrimary } from "../decide/world.fixture.ts";
import type { NodeView } from "../observe/types.ts";
import { type GroupRow, isRowNews, rowOf } from "./row.ts";
import { healthyNodes, healthyViews, statusFixture } from "./status.fixture.ts";

const behind = (node: string, offsetBytes: number): NodeView =>
  ({ ...follows(node, "h1"), offsetBytes }) as NodeView;

test("of a group in which all is well it says where writes go", () => {
  expect(rowOf(statusFixture())).toEqual({
    name: "main",
    host: "h1",
    address: "10.0.0.1",
    port: 6379,
    epoch: 4,
    confirmed: true,
    severity: "fine",
    problems: 0,
    headline: "writes go to h1 (10.0.0.1:6379), epoch 4",
    lagBytesMax: 0,
    targetsOk: 0,
    targetsAll: 0,
    isQuiet: false,
  });
});

test("of a group in trouble it says the worst, and how much there is", () => {
  const row = rowOf(
    statusFixture(healthyViews, [isPrimary("h1", ["h2"]), follows("h2", "h1"), dead("h3")]),
  );
  expect(row).toMatchObject({ severity: "warning", problems: 1, lagBytesMax: 0, isQuiet: false });
  expect(row.headline).toContain("the replica h3 does not answer");
});

test("a group without a route is an error, whatever else is said of it", () => {
  const row = rowOf(statusFixture([], []));
  expect(row).toMatchObject({ host: null, severity: "error" });
});

test("the lag is that of the replica furthest behind, and null when nobody tells", () => {
  const nodes = [isPrimary("h1", ["h2", "h3"]), behind("h2", 900), behind("h3", 400)];
  expect(rowOf(statusFixture(healthyViews, nodes)).lagBytesMax).toBe(600);
  const silent = [isPrimary("h1"), dead("h2"), dead("h3")];
  expect(rowOf(statusFixture(healthyViews, silent)).lagBytesMax).toBeNull();
});

test("targets are counted, those that are right apart", () => {
  const note = { host: "app", reach: "shared", sentence: "etcd leads to 10.0.0.1:6379" } as const;
  const targets = [
    { ...note, name: "edge", ok: true },
    { ...note, name: "store", ok: false },
  ];
  const nodes = [{ ...isPrimary("h1", ["h2", "h3"]), targets } as NodeView, ...healthyNodes.slice(1)];
  expect(rowOf(statusFixture(healthyViews, nodes))).toMatchObject({ targetsOk: 1, targetsAll: 2 });
});

test("a drill and a maintenance make it quiet", () => {
  const drill = {
    fault: "kill-primary",
    by: "laptop",
    since: "2026-03-14T09:25:53.000Z",
    until: "2026-03-14T09:27:00.000Z",
  };
  expect(rowOf(statusFixture(undefined, undefined, { drill })).isQuiet).toBe(true);
  const pause = { until: "2026-03-14T09:56:00.000Z", by: "laptop" };
  const nodes = [{ ...isPrimary("h1", ["h2", "h3"]), pause } as NodeView, ...healthyNodes.slice(1)];
  expect(rowOf(statusFixture(healthyViews, nodes)).isQuiet).toBe(true);
});

test("whatever changes is news but a lag that is about the same, and the age of a silence", () => {
  const row = rowOf(statusFixture());
  const changed = (more: Partial<GroupRow>): boolean => isRowNews(row, { ...row, ...more });
  expect(changed({})).toBe(false);
  expect([changed({ epoch: 5 }), changed({ isQuiet: true }), changed({ host: null })]).toEqual([
    true,
    true,
    true,
  ]);
  expect([changed({ lagBytesMax: 1_024 }), changed({ lagBytesMax: 1_025 })]).toEqual([false, true]);
  expect(changed({ lagBytesMax: null })).toBe(true);
  const much = { ...row, lagBytesMax: 1_000_000 };
  expect(isRowNews(much, { ...row, lagBytesMax: 1_100_000 })).toBe(false);
  expect(isRowNews(much, { ...row, lagBytesMax: 1_100_001 })).toBe(true);
  const silent = { ...row, headline: "h2 does not answer: last answered 1300 ms ago" };
  const later = { ...row, headline: "h2 does not answer: last answered 2100 ms ago" };
  const other = { ...row, headline: "h3 does not answer: last answered 2100 ms ago" };
  expect([isRowNews(silent, later), isRowNews(silent, other)]).toEqual([false, true]);
});
