import { expect, test } from "vitest";
import type { LedgerEntry } from "../types.ts";
import { median, outageMs } from "./outage.ts";
import { compareWrites } from "./writes.ts";

const write = (
  id: number,
  sentAtMs: number,
  kind: "acknowledged" | "failed" | "unknown" = "acknowledged",
): LedgerEntry => ({
  client: "c",
  id,
  sentAtMs,
  settledAtMs: sentAtMs + 5,
  outcome: kind === "acknowledged" ? { kind } : { kind, error: "READONLY" },
});
const none: ReadonlySet<number> = new Set();

test("an outage ends with the first acknowledged write, not with the first answer", () => {
  const entries = [write(1, -20), write(2, 10, "failed"), write(3, 900, "unknown"), write(4, 1_500)];
  expect(outageMs(entries, none)).toBe(1_505);
});

test("an outage does not end with a write that an old primary acknowledged and that was lost", () => {
  const entries = [write(1, 100), write(2, 2_000)];
  expect(outageMs(entries, new Set([1]))).toBe(2_005);
});

test("a write that was under way at the fault says nothing about the outage", () => {
  expect(outageMs([write(1, -2), write(2, 3_000)], none)).toBe(3_005);
});

test("an outage that never ended has no length", () => {
  expect(outageMs([write(1, -20), write(2, 10, "unknown")], none)).toBeNull();
});

test("only acknowledged writes can be lost", () => {
  const entries = [write(1, -20), write(2, -10, "unknown"), write(3, -5, "failed"), write(4, 10)];
  const found = compareWrites(entries, [4]);
  expect([...found.lost]).toEqual([1]);
  expect(found.ghosts).toBe(0);
});

test("the lost window reaches from the oldest lost acknowledgement to the fault", () => {
  expect(compareWrites([write(1, -405), write(2, -105), write(3, 50)], [3]).lostWindowMs).toBe(400);
});

test("the lost window reaches beyond the fault when an old primary went on acknowledging", () => {
  expect(compareWrites([write(1, -405), write(2, 10_595)], []).lostWindowMs).toBe(11_000);
});

test("what an old primary took in after the cure is a stretch of its own", () => {
  const entries = [write(1, -105), write(2, 16_000), write(3, 16_250)];
  expect(compareWrites(entries, [], 15_000).lostWindowMs).toBe(350);
  expect(compareWrites(entries.slice(1), [], 15_000).lostWindowMs).toBe(250);
});

test("the lost window of a primary that lived on begins with the first write that was lost", () => {
  expect(compareWrites([write(1, 600), write(2, 10_600)], []).lostWindowMs).toBe(10_000);
});

test("a write that is there twice is duplicated, not lost", () => {
  const found = compareWrites([write(1, -20), write(2, 20)], [1, 2, 2]);
  expect(found).toMatchObject({ duplicated: 1, lostWindowMs: 0 });
  expect(found.lost.size).toBe(0);
});

test("a refused write that is there all the same is a ghost", () => {
  expect(compareWrites([write(1, -20, "failed")], [1]).ghosts).toBe(1);
});

test("the median of an even number is the mean of the two in the middle", () => {
  expect([median([3, 1, 2]), median([4, 1, 2, 3]), median([])]).toEqual([2, 2.5, null]);
});
