// Promises of the reads beside the writes: seldom, and stale only when something acknowledged is missing.
import { expect, test } from "vitest";
import type { Clock } from "../../sys/clock.ts";
import type { ReadOutcome } from "./client.ts";
import { startReader } from "./reads.ts";

test("counts a read as stale when it shows less than what had been acknowledged", async () => {
  let nowMs = 0;
  const clock: Clock = { monotonicMs: () => nowMs, wallMs: () => nowMs, sleep: () => Promise.resolve() };
  const shown: ReadOutcome[] = [
    { kind: "value", last: 10 },
    { kind: "value", last: 11 },
    { kind: "value", last: 29 },
    { kind: "value", last: null },
    { kind: "failed" },
  ];
  const reader = startReader(() => Promise.resolve(shown.shift() ?? { kind: "failed" }), clock);
  await reader.acknowledged(9);
  expect(reader.counts()).toEqual({ asked: 0, stale: 0, failed: 0 });
  for (const id of [10, 10, 30, 31, 32]) {
    nowMs += 1_000;
    await reader.acknowledged(id);
    await reader.acknowledged(id);
  }
  expect(reader.counts()).toEqual({ asked: 5, stale: 2, failed: 1 });
});
