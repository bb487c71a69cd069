// Promises of the reads beside the writes: seldom, and kept as they were shown.
import { expect, test } from "vitest";
import type { Clock } from "../../sys/clock.ts";
import type { ReadOutcome } from "./client.ts";
import { startReader } from "./reads.ts";

test("reads at most once a second, and keeps what it was shown with its moment", async () => {
  let nowMs = 0;
  const clock: Clock = { monotonicMs: () => nowMs, wallMs: () => nowMs, sleep: () => Promise.resolve() };
  const shown: ReadOutcome[] = [{ kind: "value", last: 10 }, { kind: "failed" }];
  const reader = startReader(() => Promise.resolve(shown.shift() ?? { kind: "failed" }), clock);
  await reader.acknowledged();
  expect(reader.readings(0)).toEqual([]);
  for (const stepMs of [1_000, 1, 999, 1_000]) {
    nowMs += stepMs;
    await reader.acknowledged();
  }
  expect(reader.readings(1_500)).toEqual([
    { kind: "value", last: 10, askedAtMs: -500 },
    { kind: "failed", askedAtMs: 500 },
    { kind: "failed", askedAtMs: 1_500 },
  ]);
});
