import { expect, test } from "vitest";
import { resyncsBetween, type SyncCounts } from "./resyncs.ts";

const node = (run: string, full: number, partial: number): SyncCounts => ({ run, full, partial });

test("counts what every node granted since the fault, and not what it had granted before", () => {
  const before = new Map([
    ["h1", node("a", 2, 0)],
    ["h2", node("b", 0, 0)],
  ]);
  const after = new Map([
    ["h1", node("a", 2, 0)],
    ["h2", node("b", 1, 2)],
  ]);
  expect(resyncsBetween(before, after)).toEqual({ full: 1, partial: 2 });
});

test("a node that was started again counts from zero", () => {
  const before = new Map([["h1", node("a", 5, 5)]]);
  expect(resyncsBetween(before, new Map([["h1", node("z", 1, 0)]]))).toEqual({ full: 1, partial: 0 });
});
