import { expect, test } from "vitest";
import { longestPauseMs } from "./pause.ts";

test.each([
  [1_000, 400],
  [1_800, 800],
  [2_400, 1_100],
  [3_000, 1_700],
  [5_000, 3_700],
])("with a down-after of %d ms writes may be paused for %d ms", (downAfterMs, longest) => {
  expect(longestPauseMs(downAfterMs)).toBe(longest);
});

test("whatever down-after is, a Sentinel that closes and opens its connection is answered in time", () => {
  for (let downAfterMs = 1_000; downAfterMs <= 30_000; downAfterMs += 100) {
    const pauseMs = longestPauseMs(downAfterMs);
    const closesMs = downAfterMs / 2;
    // It looks every 100 ms, so each of its deeds may be that much late; Redis ends the pause as late.
    const isClosed = pauseMs + 100 > closesMs;
    const answeredMs = isClosed ? Math.max(pauseMs + 100, closesMs + 100 + 1_000 + 100) : pauseMs + 100;
    expect(answeredMs, `down-after ${downAfterMs}`).toBeLessThan(downAfterMs);
  }
});
