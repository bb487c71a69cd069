import { expect, test } from "vitest";
import type { LedgerEntry } from "../types.ts";
import { isStuck } from "./stuck.ts";

const wait = { sinceMs: 5_000, withinMs: 20_000 };
const none: ReadonlySet<number> = new Set();
const settled = (id: number, settledAtMs: number, kind = "acknowledged") =>
  ({ client: "one", id, sentAtMs: settledAtMs - 2, settledAtMs, outcome: { kind } }) as LedgerEntry;

test("a client that writes again in time is not stuck, with a write that had waited for it neither", () => {
  expect(isStuck([settled(1, 5_001)], none, wait)).toBe(false);
  expect(isStuck([{ ...settled(1, 24_999), sentAtMs: 100 }], none, wait)).toBe(false);
});

test("a client is stuck that wrote only before, too late, in vain, or what did not survive", () => {
  expect(isStuck([], none, wait)).toBe(true);
  expect(isStuck([settled(1, 4_999)], none, wait)).toBe(true);
  expect(isStuck([settled(1, 25_001)], none, wait)).toBe(true);
  expect(isStuck([settled(1, 6_000, "failed"), settled(2, 6_000, "unknown")], none, wait)).toBe(true);
  expect(isStuck([settled(1, 6_000)], new Set([1]), wait)).toBe(true);
});
