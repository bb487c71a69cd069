// What is taken for a note of a drill: only what a drill of ours would write.
import { expect, test } from "vitest";
import { type DrillNote, drillNoteFrom, runningDrillShape } from "./drill-note.ts";

const note: DrillNote = {
  id: "6f9f7e0e-0000-4000-8000-000000000000",
  fault: "kill-primary",
  place: "hosts",
  at: "2026-03-14T09:26:53.589Z",
  verdict: "held",
  rtoMs: null,
  objectiveMs: 3000,
  lost: 0,
  acknowledged: 4901,
  sentence: "writes through the router were away for 2250 ms",
  cureAtMs: null,
  marks: [{ atMs: 0, event: "fault", who: "drill" }],
  lanes: [{ label: "through the router", awayFromMs: -4, awayToMs: null, count: 4 }],
};
const from = (more: object): DrillNote | undefined =>
  drillNoteFrom(JSON.stringify({ ...note, ...more }));

test("a note comes back as it was written, without what a later Baton may have added", () => {
  expect(from({})).toEqual(note);
  expect(from({ colour: "blue" })).toEqual(note);
});

test.each([
  ["no text", 7],
  ["no JSON", "{"],
  ["a list", "[]"],
  ["nothing", null],
])("%s is none", (_what, reply) => {
  expect(drillNoteFrom(reply)).toBeUndefined();
});

test("one with another verdict, too many marks, no time, or of more than 8 KiB is none", () => {
  const [mark] = note.marks;
  const many = (count: number) => Array.from({ length: count }, () => mark);
  expect(from({ marks: many(24) })?.marks).toHaveLength(24);
  for (const more of [
    { marks: many(25) },
    { verdict: "fine" },
    { at: "yesterday" },
    { lost: -1 },
    { sentence: "x".repeat(601) },
  ])
    expect([more, from(more)]).toEqual([more, undefined]);
  expect(drillNoteFrom(`${JSON.stringify(note)}${" ".repeat(8_192)}`)).toBeUndefined();
});

test("what could drive a terminal is taken out", () => {
  expect(from({ sentence: "\u001b[2Jgone" })?.sentence).toBe(" [2Jgone");
  const drill = {
    fault: "kill\u0007",
    by: "me",
    since: "2026-03-14T09:26:53.000Z",
    until: "2026-03-14T09:27:53.000Z",
  };
  expect(runningDrillShape.parse({ ...drill, token: "secret" })).toEqual({ ...drill, fault: "kill " });
});
