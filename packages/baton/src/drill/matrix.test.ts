// Promises of the matrix: the worst of all runs, and nothing that flatters.
import { expect, test } from "vitest";
import { cellsOf, legendOf, matrixMarkdown, matrixOf } from "./matrix.ts";
import { evidenceFixture } from "./report/evidence.fixture.ts";
import type { ClientResult, DrillResult } from "./types.ts";

const { result } = evidenceFixture();
const [one] = result.clients;
const client = (kind: string, more: Partial<ClientResult> = {}): ClientResult =>
  ({ ...one, id: `${kind}-1`, kind, outageMs: 2_000, lost: 0, stuck: false, ...more }) as ClientResult;
const drill = (fault: string, clients: readonly ClientResult[]): DrillResult => ({
  ...result,
  fault,
  clients,
});

const drills = [
  drill("kill-primary", [client("router"), client("perl", { outageMs: 3_100, lost: 2 })]),
  drill("kill-primary", [client("router", { outageMs: 2_310 }), client("perl", { lost: 3 })]),
  drill("switchover", [
    client("router"),
    client("perl", { outageMs: null, stuck: true, lost: 500 }),
    client("hard-coded", { outageMs: null, stuck: null }),
  ]),
];

test("shows the longest outage, all lost writes and how often a client was stuck", () => {
  expect(cellsOf(matrixOf(drills))).toEqual([
    ["client", "kill-primary", "switchover"],
    ["router", "2.31 s / 0 / 0", "2.00 s / 0 / 0"],
    ["perl", "3.10 s / 5 / 0", "never / 500 / 1"],
    ["hard-coded", "-", "- / 0 / -"],
  ]);
  expect(legendOf(matrixOf(drills))).toContain("times stuck, up to 2 runs each");
});

test("measures gaps where the primary lived on", () => {
  const planned = drill("switchover", [client("perl", { outageMs: 3, longestGapMs: 420 })]);
  const rto = { ...planned.rto, measures: "longest-gap" as const };
  expect(cellsOf(matrixOf([{ ...planned, rto }]))[1]).toEqual(["perl", "0.42 s / 0 / 0"]);
});

test("a stuck client never wrote again, whatever it did before it got stuck", () => {
  const stuck = drill("switchover", [client("perl", { longestGapMs: 420, stuck: true })]);
  const rto = { ...stuck.rto, measures: "longest-gap" as const };
  expect(cellsOf(matrixOf([{ ...stuck, rto }]))[1]).toEqual(["perl", "never / 0 / 1"]);
});

test("is a table of Markdown whatever a program is called", () => {
  const odd = matrixMarkdown(matrixOf([drill("kill-primary", [client("a|b\nc")])]));
  expect(odd.split("\n").slice(0, 3)).toEqual([
    "| client | kill-primary |",
    "|---|---|",
    "| a\\|b c | 2.00 s / 0 / 0 |",
  ]);
});

test("without any drill there is a header and no row", () => {
  expect(cellsOf(matrixOf([]))).toEqual([["client"]]);
});
