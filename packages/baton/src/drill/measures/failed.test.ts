import { expect, test } from "vitest";
import type { LedgerEntry } from "../types.ts";
import { failedSince } from "./failed.ts";

const write = (id: number, settledAtMs: number | undefined, kind: string): LedgerEntry => ({
  client: "router-1",
  id,
  sentAtMs: (settledAtMs ?? 0) - 1,
  settledAtMs,
  outcome: kind === "acknowledged" ? { kind } : { kind: kind as "failed", error: "READONLY" },
});

test("counts refused and unanswered writes from the moment on, and none before", () => {
  const entries = [
    write(1, 99, "failed"),
    write(2, 100, "failed"),
    write(3, 150, "unknown"),
    write(4, 160, "acknowledged"),
    write(5, undefined, "unknown"),
  ];
  expect(failedSince(entries, 100)).toBe(2);
  expect(failedSince(entries, 200)).toBe(0);
});
