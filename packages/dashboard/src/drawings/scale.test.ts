// Promises of scales, ticks and the words for times.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { decades, logScale, timeScale, timeTicks } from "./scale.ts";
import { milliseconds, seconds, tickTime } from "./words.ts";

test("maps a range to the pixels from end to end, and a range without width to the middle", () => {
  const scale = timeScale({ fromMs: -1000, toMs: 3000 }, { fromPx: 100, toPx: 500 });
  expect([-1000, 0, 3000].map(scale)).toEqual([100, 200, 500]);
  expect(timeScale({ fromMs: 5, toMs: 5 }, { fromPx: 100, toPx: 500 })(5)).toBe(300);
});

test("draws latencies outside the axis at its border, zero included", () => {
  const scale = logScale(0.1, 1000, { fromPx: 300, toPx: 100 });
  expect([0, 0.1, 10, 1000, 1e9].map((ms) => Math.round(scale(ms)))).toEqual([300, 300, 200, 100, 100]);
});

test("chooses round ticks, never more than asked for, all inside the range", () => {
  expect(timeTicks({ fromMs: -1300, toMs: 6500 }, 12)).toEqual([
    -1000, 0, 1000, 2000, 3000, 4000, 5000, 6000,
  ]);
  const range = fc.tuple(fc.integer({ min: -100_000, max: 0 }), fc.integer({ min: 1, max: 10_000_000 }));
  fc.assert(
    fc.property(range, fc.integer({ min: 2, max: 20 }), ([fromMs, toMs], countMax) => {
      const ticks = timeTicks({ fromMs, toMs }, countMax);
      expect(ticks.length).toBeLessThanOrEqual(countMax + 1);
      expect(ticks.every((ms) => ms >= fromMs && ms <= toMs)).toBe(true);
    }),
  );
});

test("spans at least one power of ten", () => {
  expect(decades(0.25, 2300)).toEqual([0.1, 1, 10, 100, 1000, 10_000]);
  expect(decades(1, 1)).toEqual([1, 10]);
});

test("writes times with their unit, and no minus before zero", () => {
  expect([2310, -400, -1, 0].map((ms) => seconds(ms))).toEqual([
    "2.31 s",
    "-0.40 s",
    "0.00 s",
    "0.00 s",
  ]);
  expect([2310.4, 0.42, 0].map((ms) => milliseconds(ms))).toEqual(["2310 ms", "0.42 ms", "0 ms"]);
  expect([tickTime(-1000, 1000), tickTime(0, 1000), tickTime(1500, 500)]).toEqual([
    "−1 s",
    "0",
    "1.5 s",
  ]);
});
