// What is kept of a drill: its verdict and figures, and enough of its story to draw it again.
import { expect, test } from "vitest";
import { DRILL_NOTE_BYTES_MAX, drillNoteFrom } from "../cluster/drill-note.ts";
import { drillNote } from "./note.ts";
import { evidenceFixture, usualFixture } from "./report/evidence.fixture.ts";
import type { DrillEvidence, DrillResult } from "./types.ts";

const evidence = evidenceFixture();
const told = (more: Partial<DrillResult>, of: DrillEvidence = evidence) =>
  drillNote({ ...of, result: { ...of.result, ...more } }, "one");

test("it says what the report says first", () => {
  const note = drillNote(evidence, "one");
  const { rto, rpo, startedAt } = evidence.result;
  expect(note).toMatchObject({
    id: "one",
    fault: "kill-primary",
    place: "lab",
    at: startedAt,
    verdict: "held",
    rtoMs: rto.measuredMs,
    objectiveMs: 3000,
    lost: 0,
    acknowledged: rpo.acknowledged,
    sentence: "writes through the router were away for 2250 ms, the objective is 3000 ms",
    cureAtMs: 4200,
  });
  expect(drillNoteFrom(JSON.stringify(note))).toEqual(note);
});

test("of a broken drill it says which promise was", () => {
  const note = drillNote(evidenceFixture({ ...usualFixture, story: "broken" }), "one");
  expect([note.verdict, note.sentence]).toEqual([
    "broken",
    "writes through the router were away for 3582 ms, the objective is 3000 ms",
  ]);
});

test("clients of one kind are one lane, with the longest outage of them", () => {
  const [router, compared] = drillNote(evidence, "one").lanes;
  const { measuredMs } = evidence.result.rto;
  expect(router).toEqual({
    label: "through the router",
    count: 4,
    awayFromMs: 0,
    awayToMs: measuredMs,
  });
  expect(compared).toMatchObject({ label: "ioredis with Sentinel", count: 4 });
});

test("a client that never wrote again leaves its lane without an end", () => {
  const { lanes, rtoMs } = drillNote(evidenceFixture({ ...usualFixture, story: "unknown" }), "one");
  expect([rtoMs, lanes[0]?.awayToMs]).toEqual([null, null]);
});

test("where the primary lived on, a lane is away for its longest gap, wherever that was", () => {
  const { rto } = evidence.result;
  const note = told({ rto: { ...rto, measures: "longest-gap" }, timeline: [] });
  const [lane] = note.lanes;
  const longestMs = Math.max(
    ...evidence.result.clients
      .filter(({ kind }) => kind === "router")
      .map(({ longestGapMs }) => longestGapMs ?? 0),
  );
  expect((lane?.awayToMs ?? 0) - (lane?.awayFromMs ?? 0)).toBeCloseTo(longestMs, -1);
  expect(note.cureAtMs).toBe(0);
});

test("of many marks the fault, the cure and the end are there, and the earliest of the others", () => {
  const at = (atMs: number, event: string) => ({ atMs, event, who: "sentinel h1", detail: "x" });
  const crowd = Array.from({ length: 100 }, (_, index) => at(index + 1, "aborted"));
  const timeline = [at(0, "fault"), ...crowd, at(200, "first-write"), at(300, "cure"), at(400, "whole")];
  const { marks } = told({ timeline });
  expect(marks).toHaveLength(24);
  expect(marks.map(({ event }) => event).filter((event) => event !== "aborted")).toEqual([
    "fault",
    "cure",
    "whole",
  ]);
  expect(marks[20]).toEqual({ atMs: 20, event: "aborted", who: "sentinel h1" });
});

test("it is never longer than 8 KiB, whatever clients and processes call themselves", () => {
  const long = "\u{1f9ff}".repeat(200);
  const client = { ...evidence.result.clients[0], kind: long } as DrillResult["clients"][number];
  const clients = Array.from({ length: 30 }, (_, index) => ({ ...client, kind: `${index}${long}` }));
  const timeline = Array.from({ length: 50 }, (_, atMs) => ({
    atMs,
    event: long,
    who: long,
    detail: long,
  }));
  const note = told({ clients, timeline, reasons: [long], fault: long });
  const text = JSON.stringify(note);
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(DRILL_NOTE_BYTES_MAX);
  expect(note.marks.length).toBeGreaterThan(5);
  expect([note.lanes.length, drillNoteFrom(text)]).toEqual([12, note]);
});
