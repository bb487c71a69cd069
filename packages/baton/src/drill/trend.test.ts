// Promises of the trend: worse is said only of what was measured alike, and never hides behind a median.
import { expect, test } from "vitest";
import { type Run, sparkline, trendsOf } from "./trend.ts";

const run = (day: number, rtoMs: number | null, more: Partial<Run> = {}): Run => ({
  fault: "kill-primary",
  cluster: "shop",
  startedAt: `2026-03-${String(day).padStart(2, "0")}T09:00:00.000Z`,
  verdict: "held",
  rtoMs,
  measures: "outage",
  objectiveMs: 3000,
  lost: 0,
  acknowledged: 4000,
  versions: "redis 7.0.15",
  downAfterMs: 1490,
  ...more,
});

test("orders runs by their time, with the median and the worst of all", () => {
  const [trend] = trendsOf([run(3, 2400), run(1, 2000), run(2, 2200)]);
  expect(trend?.runs.map(({ rtoMs }) => rtoMs)).toEqual([2000, 2200, 2400]);
  expect(trend).toMatchObject({ medianMs: 2200, worstMs: 2400 });
});

test("the newest is worse above a fifth more than the median of the earlier ones, and not at it", () => {
  const worse = (ms: number) =>
    trendsOf([run(1, 1000), run(2, 2000), run(3, 3000), run(4, ms)])[0]?.newest;
  expect(worse(2400)).toMatchObject({ isWorse: false, comparedWith: 3, medianMs: 2000 });
  expect(worse(2401)?.isWorse).toBe(true);
  expect(worse(500)?.isWorse).toBe(false);
});

test("never is worse than anything, and the worst of a fault with a never is no number", () => {
  const [trend] = trendsOf([run(1, 2000), run(2, null)]);
  expect(trend?.newest).toMatchObject({ isWorse: true, longerBy: null });
  expect(trend?.worstMs).toBeNull();
  expect(trendsOf([run(1, null), run(2, null)])[0]?.newest.isWorse).toBe(false);
});

test("other clusters, other timings and other measures are no comparison", () => {
  const others = [run(1, 500, { downAfterMs: 300 }), run(2, 100, { measures: "longest-gap" })];
  const elsewhere = run(2, 200, { cluster: "laboratory" });
  const [trend] = trendsOf([...others, elsewhere, run(3, 2400)]);
  expect(trend?.newest).toEqual({ comparedWith: 0, medianMs: null, longerBy: null, isWorse: false });
});

test("faults are told apart, by alphabet, and nothing yields nothing", () => {
  expect(trendsOf([run(1, 1), run(1, 1, { fault: "cold-start" })]).map(({ fault }) => fault)).toEqual([
    "cold-start",
    "kill-primary",
  ]);
  expect(trendsOf([])).toEqual([]);
});

test("a sparkline has a character for each of the newest runs, the highest for the longest", () => {
  const runs = [run(1, 1), run(2, 1500), run(3, 3000), run(4, null)];
  expect(sparkline(runs, 10)).toBe("▁▅█!");
  expect(sparkline(runs, 2)).toBe("█!");
  expect(sparkline([], 5)).toBe("");
});
