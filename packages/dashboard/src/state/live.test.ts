// Promises of the page's memory: it forgets nothing that it was told, keeps nothing for ever, and never
// passes old news off as fresh.
import { expect, test } from "vitest";
import { entryAnswers, groupAnswer, helloAnswer, NOW, rowAnswer } from "../wire/events.fixture.ts";
import { agentNowMs, announcedSeconds, freshnessOf, isOfThisConnection } from "./fresh.ts";
import { told, usualLive } from "./live.fixture.ts";
import { beginning, type Live, lost, opened } from "./live.ts";

const ids = ({ journal }: Live) => journal.map(({ id }) => id);

test("keeps what it was told, and takes a changed row without forgetting the others", () => {
  let live = usualLive();
  live = told(live, "overview", {
    isWhole: false,
    at: NOW,
    rows: [{ ...rowAnswer, name: "carts", severity: "fine" }],
  });
  expect([...live.rows.keys()]).toEqual(["orders", "carts"]);
  live = told(live, "overview", { isWhole: true, at: NOW, rows: [{ ...rowAnswer, name: "carts" }] });
  expect([...live.rows.keys()]).toEqual(["carts"]);
  expect(live.groups.has("orders"), "a group that is gone is forgotten").toBe(false);
});

test("an entry that a new connection brings again is there once, and an older one in its place", () => {
  let live = usualLive();
  for (const entry of entryAnswers) live = told(live, "journal", entry);
  expect(ids(live)).toEqual([41, 42]);
  live = told(live, "journal", { ...entryAnswers[0], id: 40, at: "2026-03-14T09:23:50.000Z" });
  expect(ids(live)).toEqual([40, 41, 42]);
  // The agent's journal was removed, and its numbers began anew.
  live = told(live, "journal", { ...entryAnswers[0], id: 41, at: "2026-03-14T09:30:00.000Z" });
  expect(ids(live)).toEqual([40, 41, 42, 41]);
});

test("keeps 500 entries, 16 groups and no more", () => {
  let live = usualLive();
  for (let id = 100; id < 800; id += 1) {
    const at = new Date(Date.parse(NOW) + id).toISOString();
    live = told(live, "journal", { ...entryAnswers[0], id, at });
  }
  for (let index = 0; index < 30; index += 1) {
    live = told(live, "group", { ...groupAnswer, name: `g${index}` });
    live = told(live, "incidents", { group: `g${index}`, incidents: [] });
  }
  expect([live.journal.length, live.groups.size, live.incidents.size]).toEqual([500, 16, 16]);
  expect(ids(live).at(-1)).toBe(799);
});

test("a connection for another group forgets the journal of the one before", () => {
  expect(ids(opened(usualLive(), undefined))).toEqual([41, 42]);
  expect(ids(opened(usualLive(), "carts"))).toEqual([]);
});

test("waits before the first pulse, and says why it is late", () => {
  expect(freshnessOf(beginning, 0)).toMatchObject({ kind: "waiting" });
  expect(freshnessOf(lost(beginning, "it was cut"), 9000)).toMatchObject({
    kind: "waiting",
    sentence: expect.stringMatching(/first word.*gone.*it was cut/u),
  });
});

test("is fresh for three seconds after a pulse, and then says how old it is", () => {
  const live = usualLive();
  expect(freshnessOf(live, 3800)).toEqual({ kind: "fresh" });
  // The agent had looked 120 ms before its last word.
  for (const nowMs of [3890, 3990, 4200])
    expect(freshnessOf(live, nowMs)).toMatchObject({
      kind: "stale",
      ageMs: nowMs - 880,
      sentence: expect.stringContaining("silent"),
    });
  expect(freshnessOf(live, 13_000)).toMatchObject({
    kind: "stale",
    ageMs: 12_120,
    sentence: expect.stringContaining("silent"),
  });
});

test("an agent with so many groups that it looks at each every 2 s is fresh for 1.5 s longer", () => {
  const live = told(usualLive(), "hello", { ...helloAnswer, groups: 1000, lookEveryMs: 2000 });
  expect(freshnessOf(live, 5300)).toEqual({ kind: "fresh" });
  expect(freshnessOf(live, 5400)).toMatchObject({ kind: "stale", ageMs: 4520 });
});

test("says at once that the connection is gone", () => {
  expect(freshnessOf(lost(usualLive(), "it was cut"), 1400)).toMatchObject({
    kind: "stale",
    ageMs: 520,
    sentence: expect.stringContaining("connection to the agent is gone"),
  });
});

test("is stale when the agent goes on answering and has not looked at the cluster", () => {
  const live = told(usualLive(), "pulse", { at: NOW, oldestTurnMs: 8000 }, 9000);
  expect(freshnessOf(live, 9000)).toMatchObject({ kind: "stale", ageMs: 8000 });
  const blind = told(usualLive(), "pulse", { at: NOW, oldestTurnMs: null }, 9000);
  expect(freshnessOf(blind, 9000)).toMatchObject({ kind: "waiting" });
});

test("a group that the connection before has told is not of this one", () => {
  const live = usualLive();
  expect(isOfThisConnection(live, "orders")).toBe(true);
  const again = told(opened(lost(live, "it was cut"), undefined), "hello", helloAnswer);
  expect(isOfThisConnection(again, "orders")).toBe(false);
  expect(again.groups.has("orders"), "and it is still shown").toBe(true);
  expect(isOfThisConnection(told(again, "group", groupAnswer), "orders")).toBe(true);
});

test("reckons with the agent's clock, not with the page's", () => {
  expect(agentNowMs(usualLive(), 3500)).toBe(Date.parse(NOW) + 2500);
  expect(agentNowMs(beginning, 3500)).toBeUndefined();
});

test("announces an age seldom enough to be listened to", () => {
  expect([900, 3100, 9900, 10_000, 19_000, 61_000, 119_000].map(announcedSeconds)).toEqual([
    1, 3, 3, 10, 10, 60, 60,
  ]);
});
