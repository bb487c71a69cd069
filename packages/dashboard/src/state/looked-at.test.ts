// Promises of what is looked at: order, filter, the rows in view, addresses, and what the agent is asked for.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { helloAnswer, manyRows, NOW, rowAnswer } from "../wire/events.fixture.ts";
import { addressFrom, hashOf } from "./address.ts";
import { told, usualLive } from "./live.fixture.ts";
import { beginning, opened } from "./live.ts";
import { countsOf, orderedRows } from "./order.ts";
import { titleOf } from "./title.ts";
import { wantedGroup } from "./wanted.ts";
import { moved, rowWindow } from "./window.ts";
import { bytes, duration, took } from "./words.ts";

const everything = { text: "", severity: undefined };
const row = (name: string, severity: string, isQuiet = false) => ({
  ...rowAnswer,
  name,
  severity,
  isQuiet,
});

test("the worst stands first, what is quiet on purpose behind its equals, then by name", () => {
  const rows = [row("d", "fine"), row("c", "error", true), row("b", "error"), row("a", "warning")];
  expect(orderedRows(rows, everything).map(({ name }) => name)).toEqual(["b", "c", "a", "d"]);
});

test("a severity that this page does not know is neither lost nor the worst", () => {
  const rows = [row("a", "fine"), row("b", "strange"), row("c", "warning")];
  expect(orderedRows(rows, everything).map(({ name }) => name)).toEqual(["c", "b", "a"]);
  expect(countsOf(rows)).toEqual({ error: 0, warning: 1, info: 1, fine: 1, quiet: 0 });
});

test("the filter wants all its words, anywhere, in any case", () => {
  const rows = [
    { ...row("orders-eu", "fine"), host: "db1" },
    { ...row("orders-us", "fine"), host: "db2" },
  ];
  const found = (text: string) => orderedRows(rows, { ...everything, text }).map(({ name }) => name);
  expect(found("ORDERS db2")).toEqual(["orders-us"]);
  expect(found("orders db3")).toEqual([]);
  expect(
    orderedRows([row("a", "fine", true), row("b", "fine")], { text: "", severity: "quiet" }),
  ).toEqual([row("a", "fine", true)]);
});

test("a thousand rows are ordered and counted in the time of a frame", () => {
  const rows = manyRows(1000);
  const began = performance.now();
  for (let round = 0; round < 10; round += 1) {
    countsOf(rows);
    orderedRows(rows, everything);
  }
  expect((performance.now() - began) / 10).toBeLessThan(50);
});

test("the rows in view are always drawn, and never many more", () => {
  const px = fc.integer({ min: -100_000, max: 5000 });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1000 }),
      px,
      fc.integer({ min: 1, max: 3000 }),
      (count, top, height) => {
        const rowPx = 46;
        const { first, end } = rowWindow(count, rowPx, { listTopPx: top, heightPx: height });
        expect(first).toBeGreaterThanOrEqual(0);
        expect(end).toBeLessThanOrEqual(count);
        expect(end).toBeGreaterThan(first);
        expect(end - first).toBeLessThanOrEqual(height / rowPx + 15);
        for (let index = 0; index < count; index += 1) {
          const topPx = top + index * rowPx;
          const isSeen = topPx + rowPx > 0 && topPx < height;
          if (isSeen) expect(index >= first && index < end).toBe(true);
        }
      },
    ),
    { numRuns: 60 },
  );
  expect(rowWindow(0, 46, { listTopPx: 0, heightPx: 900 })).toEqual({ first: 0, end: 0 });
});

test("keys move within the list, and the first one from outside leads to its first row", () => {
  expect(moved(-1, "down", 5, 3)).toBe(0);
  expect(moved(4, "down", 5, 3)).toBe(4);
  expect(moved(0, "up", 5, 3)).toBe(0);
  expect(moved(1, "page-down", 50, 10)).toBe(11);
  expect(moved(7, "last", 50, 10)).toBe(49);
});

test("an address names a group and a view, survives being sent, and is never an error", () => {
  const group = { kind: "group", name: "a/b ü%", view: "history" } as const;
  expect(addressFrom(hashOf(group))).toEqual(group);
  expect(addressFrom("#/group/orders")).toEqual({ kind: "group", name: "orders", view: "now" });
  for (const hash of ["", "#", "#/", "#/group/", "#/group/%E0%A4%A", "#/group/a/b/c", "#main"])
    expect(addressFrom(hash)).toEqual({ kind: "overview" });
});

test("asks for the group that is looked at, and keeps a connection that tells it anyway", () => {
  const at = (name: string) => ({ kind: "group", name, view: "now" }) as const;
  expect(wantedGroup(beginning, at("orders"))).toBe("orders");
  expect(wantedGroup(usualLive(), at("orders"))).toBeUndefined();
  expect(wantedGroup(usualLive(), at("nobody"))).toBeUndefined();

  let large = told(opened(beginning, undefined), "hello", { ...helloAnswer, groups: 1000 });
  large = told(large, "overview", { isWhole: true, at: NOW, rows: manyRows(1000) });
  expect(wantedGroup(large, at("group-0001"))).toBe("group-0001");
  expect(wantedGroup(large, at("nobody"))).toBeUndefined();
  expect(wantedGroup(opened(large, "group-0001"), at("group-0001"))).toBe("group-0001");
  expect(wantedGroup(opened(large, "group-0001"), { kind: "overview" })).toBe("group-0001");
});

test("the title says how things are", () => {
  expect(titleOf(usualLive(), { kind: "overview" }, 1000)).toBe("✕ 1 Baton");
  expect(titleOf(usualLive(), { kind: "group", name: "orders", view: "now" }, 1000)).toBe(
    "✕ orders · Baton",
  );
  expect(titleOf(usualLive(), { kind: "overview" }, 60_000)).toBe("(old) ✕ 1 Baton");
});

test("writes bytes and times as coarsely as a glance needs", () => {
  expect([0, 999, 1234, 34_000_000].map(bytes)).toEqual(["0 B", "999 B", "1.2 kB", "34 MB"]);
  expect([3200, 119_000, 720_000, 18_000_000, 700_000_000].map(duration)).toEqual([
    "3 s",
    "119 s",
    "12 min",
    "5 h",
    "8 d",
  ]);
  expect([240, 2152, 12_340].map(took)).toEqual(["240 ms", "2.15 s", "12.3 s"]);
});
