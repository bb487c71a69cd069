// Promises of what is printed: bounded whoever takes part, and a story with a beginning and an end.
import { expect, test } from "vitest";
import type { ClientResult, DrillResult } from "../types.ts";
import { evidenceFixture } from "./evidence.fixture.ts";
import { clientsOnPaper, eventsOnPaper } from "./paper.ts";

const { result } = evidenceFixture();
const [one] = result.clients;
const crowd = (kinds: number, each: number): DrillResult => ({
  ...result,
  clients: Array.from(
    { length: kinds * each },
    (_, index) => ({ ...one, id: `c${index}`, kind: `kind-${index % kinds}` }) as ClientResult,
  ),
});

test("all of the usual clients are printed, with a row for each kind", () => {
  expect(clientsOnPaper(result)).toEqual({ kinds: 2, ofKind: 6, isNamed: true, rows: 10 });
});

test("rows are bounded however many kinds there are, and however many clients of each", () => {
  for (const kinds of [1, 2, 3, 4, 5, 9, 24, 100]) {
    for (const each of [1, 2, 5, 50]) {
      const { rows, ofKind } = clientsOnPaper(crowd(kinds, each));
      expect({ kinds, each, rows }).toEqual({ kinds, each, rows: Math.min(rows, 16) });
      expect(ofKind).toBeGreaterThan(0);
    }
  }
});

test("what is said twice in a row is printed once, and beginning and end always", () => {
  const [event] = result.timeline;
  const named = (name: string, atMs: number) =>
    ({ ...event, event: name, atMs }) as NonNullable<typeof event>;
  const names = ["fault", "route", "route", "first-write", "route", "cure", "fenced", "fenced", "whole"];
  const short = { ...result, timeline: names.map(named) };
  const printed = [...eventsOnPaper(short)].sort((a, b) => a.atMs - b.atMs);
  expect(printed.map((entry) => entry.event)).toEqual(["fault", "route", "cure", "fenced", "whole"]);
  const many = Array.from({ length: 100 }, (_, index) => named(`event-${index % 7}`, index));
  const long = eventsOnPaper({
    ...result,
    timeline: [named("fault", -1), ...many, named("whole", 200)],
  });
  expect(long.size).toBe(14);
  expect([...long].map((entry) => entry.event)).toContain("whole");
});
