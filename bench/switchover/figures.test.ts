import { expect, test } from "vitest";
import type { LedgerEntry } from "../../packages/baton/src/drill/types.ts";
import { type FigureInput, figuresOf, type MoveFacts } from "./figures.ts";
import { openMeter } from "./meter.ts";

const move = (startedMs: number, changes: Partial<MoveFacts> = {}): MoveFacts => ({
  startedMs,
  wholeMs: startedMs + 500,
  from: "h1",
  to: "h2",
  outcome: "done",
  reason: "",
  pauseMs: 200,
  gapMedianMs: 210,
  gapWorstMs: 250,
  closedWorst: 1,
  fullResyncs: 0,
  errors: {},
  stalledMs: 3,
  ...changes,
});

const acknowledged = (id: number, settledAtMs: number): LedgerEntry => ({
  client: "client-1",
  id,
  sentAtMs: settledAtMs - 1,
  settledAtMs,
  outcome: { kind: "acknowledged" },
});

const input = (changes: Partial<FigureInput>): FigureInput => ({
  id: "switchover",
  title: "",
  isOurs: true,
  wanted: 2,
  moves: [move(1_000), move(2_000)],
  entries: [],
  lost: new Set(),
  duplicated: 0,
  ghosts: 0,
  perSecond: [],
  findings: [],
  ...changes,
});

test("a lost write is counted for the move during which it was acknowledged", () => {
  const entries = [500, 1_000, 1_999, 2_000, 9_000].map((atMs, id) => acknowledged(id, atMs));
  const { moves, lost } = figuresOf(input({ entries, lost: new Set([1, 2, 4]) }));
  expect([moves.map((one) => one.lost), lost]).toEqual([[2, 1], 3]);
  expect(moves.map(({ lostWindowMs }) => lostWindowMs)).toEqual([999, 0]);
});

test("a lost write from before the first move is not forgotten", () => {
  const { moves } = figuresOf(input({ entries: [acknowledged(0, 5)], lost: new Set([0]) }));
  expect(moves.map(({ lost }) => lost)).toEqual([1, 0]);
});

test("a pause that nobody told is left out of the median, and outcomes are counted", () => {
  const moves = [move(1, { pauseMs: 300 }), move(2, { pauseMs: null, outcome: "undone" }), move(3)];
  const { pauseMedianMs, pauseWorstMs, outcomes } = figuresOf(input({ moves }));
  expect([pauseMedianMs, pauseWorstMs]).toEqual([250, 300]);
  expect(outcomes).toEqual({ done: 2, undone: 1 });
});

test("the meter counts a gap from the last acknowledgement before the stretch, and one that is open", () => {
  let nowMs = 0;
  const never = () => Promise.reject(new Error("nobody sleeps here"));
  const clock = { monotonicMs: () => nowMs, wallMs: () => nowMs, sleep: never };
  const meter = openMeter(["a", "b"], clock);
  const acknowledge = (client: string, atMs: number) =>
    meter.settled(meter.sent(client, atMs), atMs, { kind: "acknowledged" });
  acknowledge("a", 10);
  acknowledge("b", 10);
  meter.begin();
  acknowledge("a", 410);
  meter.settled(meter.sent("b", 20), 30, { kind: "failed", error: "READONLY" });
  nowMs = 500;
  expect(meter.read()).toEqual({ gapsMs: [400, 490], errors: { READONLY: 1 } });
});
