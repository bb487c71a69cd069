// Planted stale reads are found, with their age; what is fresh, refused or lost is none.
import { expect, test } from "vitest";
import type { LedgerEntry } from "../types.ts";
import { judgeReads, type Reading } from "./reads.ts";

const write = (id: number, settledAtMs: number, kind = "acknowledged"): LedgerEntry => ({
  client: "perl-1",
  id,
  sentAtMs: settledAtMs - 2,
  settledAtMs,
  outcome: kind === "acknowledged" ? { kind } : { kind: "unknown", error: "timeout" },
});
const shown = (last: number | null, askedAtMs: number): Reading => ({ kind: "value", last, askedAtMs });
const none: ReadonlySet<number> = new Set();
const entries = [write(3, 100), write(5, 200), write(8, 300), write(9, 400, "unknown")];

test("a read that shows everything acknowledged is fresh, and one that shows more is, too", () => {
  const readings = [shown(8, 301), shown(9, 500), shown(5, 250), shown(null, 99)];
  expect(judgeReads(readings, entries, none)).toEqual({ asked: 4, stale: 0, failed: 0, stalestMs: 0 });
});

test("a stale read is as old as the oldest acknowledged write that it does not show", () => {
  expect(judgeReads([shown(3, 350)], entries, none)).toMatchObject({ stale: 1, stalestMs: 150 });
  expect(judgeReads([shown(null, 350), shown(5, 310)], entries, none)).toMatchObject({
    stale: 2,
    stalestMs: 250,
  });
});

test("a write that was lost can be shown to nobody, so its absence is no stale read", () => {
  expect(judgeReads([shown(5, 350)], entries, new Set([8]))).toMatchObject({ stale: 0 });
});

test("a write that was acknowledged after the read was sent does not make it stale", () => {
  expect(judgeReads([shown(5, 299)], entries, none)).toMatchObject({ stale: 0 });
});

test("a read that failed is counted, and not judged", () => {
  const readings: Reading[] = [{ kind: "failed", askedAtMs: 350 }];
  expect(judgeReads(readings, entries, none)).toEqual({ asked: 1, stale: 0, failed: 1, stalestMs: 0 });
});
