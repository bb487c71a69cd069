import { expect, test } from "vitest";
import type { LedgerEntry } from "../types.ts";
import { longestGap, longestGapMs } from "./gap.ts";

const write = (id: number, sentAtMs: number, isAcknowledged = true): LedgerEntry => ({
  client: "c",
  id,
  sentAtMs,
  settledAtMs: sentAtMs + 5,
  outcome: isAcknowledged ? { kind: "acknowledged" } : { kind: "failed", error: "READONLY" },
});
const none: ReadonlySet<number> = new Set();

test("the longest gap lies between two acknowledged writes, the first of them before the fault", () => {
  const entries = [write(1, -900), write(2, -15), write(3, 20), write(4, 50, false), write(5, 620)];
  expect(longestGapMs(entries, none)).toBe(600);
});

test("the quiet time before the fault is no gap of the fault", () => {
  expect(longestGapMs([write(1, -5_000), write(2, -15), write(3, 5)], none)).toBe(20);
});

test("a write that was acknowledged and lost does not end a gap", () => {
  const entries = [write(1, -5), write(2, 100), write(3, 200), write(4, 900)];
  expect(longestGapMs(entries, new Set([2, 3]))).toBe(905);
});

test("a client that goes on trying in vain is in a gap up to its last attempt", () => {
  const entries = [write(1, -5), write(2, 20), write(3, 50, false), write(4, 2_025, false)];
  expect(longestGapMs(entries, none)).toBe(2_000);
});

test("there is no gap to measure when no write came after the fault", () => {
  expect(longestGapMs([write(1, -5), write(2, 20, false)], none)).toBeNull();
});

test("it is told from when to when it was, the first one of those that are as long", () => {
  const entries = [write(1, -15), write(2, 85), write(3, 185), write(4, 205)];
  expect(longestGap(entries, none)).toEqual({ fromMs: -10, toMs: 90 });
});
