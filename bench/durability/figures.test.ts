import { expect, test } from "vitest";
import { compareWrites } from "../../packages/baton/src/drill/measures/writes.ts";
import type { LedgerEntry } from "../../packages/baton/src/drill/types.ts";
import { readConditions } from "../router/conditions.ts";
import { type RoundInput, roundOf, rowOf } from "./figures.ts";
import { drawMarkdown } from "./table.ts";

const entry = (
  client: string,
  id: number,
  sentAtMs: number,
  outcome: LedgerEntry["outcome"] = { kind: "acknowledged" },
): LedgerEntry => ({ client, id, sentAtMs, settledAtMs: sentAtMs + 5, outcome });

/** Two clients, the second cut off from 1 to 900 ms after the fault. */
const entries: readonly LedgerEntry[] = [
  entry("a-1", 0, -20),
  entry("b-1", 1, -10),
  entry("a-1", 2, 10, { kind: "unknown", error: "connection-closed" }),
  entry("b-1", 3, 100),
  entry("b-1", 4, 200),
  entry("b-1", 5, 300, { kind: "unknown", error: "NOREPLICAS" }),
  entry("b-1", 6, 400, { kind: "failed", error: "NOREPLICAS" }),
  entry("a-1", 7, 600),
  entry("b-1", 8, 950),
];

function roundWith(
  lists: Readonly<Record<string, readonly number[]>>,
  changes: Partial<RoundInput> = {},
) {
  const own = (client: string) => entries.filter((one) => one.client === client);
  const found = Object.entries(lists).map(
    ([client, ids]) => [client, compareWrites(own(client), ids)] as const,
  );
  return roundOf({
    number: 1,
    drill: "partition",
    from: "h1",
    to: "h2",
    tookMs: 9_000,
    closed: 2,
    reasons: [],
    entries,
    found: new Map(found),
    served: ["a-1"],
    cutOff: ["b-1"],
    cutFromMs: 1,
    cutUntilMs: 900,
    ...changes,
  });
}

test("a round whose lists hold all that was acknowledged has lost nothing", () => {
  const round = roundWith({ "a-1": [0, 7], "b-1": [1, 3, 4, 8] });
  expect(round).toMatchObject({ acknowledged: 6, lost: 0, duplicated: 0, ghosts: 0, outageMs: 605 });
  expect(round.lostWrites).toEqual([]);
});

test("every acknowledged write that is missing is lost, and named with its client and its times", () => {
  const round = roundWith({ "a-1": [0, 7], "b-1": [1, 8] });
  expect(round.lost).toBe(2);
  expect(round.lostWrites).toEqual([
    { client: "b-1", id: 3, sentAtMs: 100, acknowledgedAtMs: 105 },
    { client: "b-1", id: 4, sentAtMs: 200, acknowledgedAtMs: 205 },
  ]);
});

test("an id in the list of another client does not stand in for a lost one", () => {
  expect(roundWith({ "a-1": [0, 7, 3], "b-1": [1, 4, 8] }).lost).toBe(1);
});

test("a write that is there twice is duplicated, and one that was refused and is there is a ghost", () => {
  const round = roundWith({ "a-1": [0, 0, 7], "b-1": [1, 3, 4, 6, 8, 8] });
  expect(round).toMatchObject({ lost: 0, duplicated: 2, ghosts: 1 });
});

test("an unconfirmed write may be there or not: it is neither lost nor a ghost", () => {
  for (const list of [
    [1, 3, 4, 8],
    [1, 3, 4, 5, 8],
  ])
    expect(roundWith({ "a-1": [0, 7], "b-1": list })).toMatchObject({ lost: 0, ghosts: 0 });
});

test("what a client that is cut off is told while it is so is counted, and the two refusals apart", () => {
  const { acknowledgedCutOff, errors } = roundWith({ "a-1": [0, 7], "b-1": [1, 8] });
  expect(acknowledgedCutOff).toBe(2);
  expect(errors).toEqual({
    "connection-closed": 1,
    "NOREPLICAS (outcome unknown)": 1,
    NOREPLICAS: 1,
  });
});

test("a lost write ends no outage, and a client that never wrote again makes it endless", () => {
  expect(roundWith({ "a-1": [0], "b-1": [] }).outageMs).toBeNull();
  expect(roundWith({ "a-1": [0, 7], "b-1": [1, 8] }, { served: ["a-1", "b-1"] }).outageMs).toBe(955);
});

test("a row adds up what was judged; a round that nobody could judge, or that was not played, failed", () => {
  const whole = roundWith({ "a-1": [0, 7], "b-1": [1, 3, 4, 8] });
  const bad = roundWith({ "a-1": [7], "b-1": [1, 1, 8] }, { reasons: ["h1 is primary still"] });
  const unread = roundWith({}, { found: undefined, to: null, reasons: ["waited 60 s"] });
  const other = roundWith({ "a-1": [0], "b-1": [] }, { drill: "kill" });
  const row = rowOf({ drill: "partition", title: "cut off", wanted: 4 }, [whole, bad, unread, other]);
  expect(row).toMatchObject({ judged: 2, failed: 3, acknowledged: 12, duplicated: 1, closed: 4 });
  expect(row).toMatchObject({ lost: 3, lostWorst: 3, roundsWithLoss: 1, acknowledgedCutOff: 4 });
  expect(row.outageMs).toEqual({ min: 605, median: 605, max: 605 });
});

test("the table shows losses in the row of their mode and drill, and why a round failed", () => {
  const named = { drill: "partition", title: "cut off", wanted: 1 };
  const rows = [rowOf(named, [roundWith({ "a-1": [0, 7], "b-1": [1, 8] })])];
  const lines = drawMarkdown({
    conditions: readConditions("2026-01-01T00:00:00Z"),
    clientsOfEachRouter: 1,
    paceMs: 10,
    tookMs: 60_000,
    series: [{ mode: "async", rows, rounds: [], failures: ["partition 1: waited 60 s"] }],
  });
  const cells = (lines.find((line) => line.startsWith("| cut off, async")) ?? "").split(/\s*\|\s*/);
  expect(cells.slice(2, 8)).toEqual(["1 of 1", "0", "6", "2", "2", "1"]);
  expect(lines).toContain("- Failed: async: partition 1: waited 60 s");
});
