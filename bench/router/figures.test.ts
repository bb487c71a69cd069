import { expect, test } from "vitest";
import { type Measure, quantile, rowOf, spreadOf } from "./figures.ts";
import { randomFrom, shuffled } from "./random.ts";

const measure = (round: number, contestant: string, changes: Partial<Measure> = {}): Measure => ({
  round,
  contestant,
  load: "c50 SET",
  operations: 1_000,
  operationsPerSecond: 1_000,
  p50Ms: 1,
  p99Ms: 2,
  cpuMicrosPerOperation: null,
  memory: null,
  ...changes,
});

test("a ratio is taken within a round, so that a slow stretch of the machine cancels out", () => {
  const measures = [
    measure(1, "direct", { operationsPerSecond: 100, p50Ms: 0.5 }),
    measure(1, "router", { operationsPerSecond: 50, p50Ms: 0.75 }),
    measure(2, "direct", { operationsPerSecond: 10, p50Ms: 5 }),
    measure(2, "router", { operationsPerSecond: 6, p50Ms: 5.5 }),
  ];
  const row = rowOf({ contestant: "router", measures, baselines: ["direct"] });
  expect(row.comparedTo).toEqual({
    direct: {
      throughputRatio: { min: 0.5, median: 0.55, max: 0.6 },
      addedP50Ms: { min: 0.25, median: 0.375, max: 0.5 },
    },
  });
  expect(row.operationsPerSecond).toEqual({ min: 6, median: 28, max: 50 });
});

test("a round in which one of the two failed gives no ratio", () => {
  const measures = [measure(1, "router"), measure(2, "direct")];
  const row = rowOf({ contestant: "router", measures, baselines: ["direct"] });
  expect([row.rounds, row.comparedTo["direct"]?.throughputRatio]).toEqual([1, null]);
});

test("nobody is compared with himself, and a contestant without measures has no figures", () => {
  const row = rowOf({ contestant: "direct", measures: [], baselines: ["direct"] });
  expect(row).toMatchObject({ rounds: 0, operationsPerSecond: null, comparedTo: {}, memory: null });
});

test("of memory the lowest start and the highest peak are kept", () => {
  const memory = (beforeBytes: number, afterBytes: number, peakBytes: number) => ({
    memory: { beforeBytes, afterBytes, peakBytes },
  });
  const measures = [measure(1, "a", memory(10, 30, 40)), measure(2, "a", memory(20, 20, 90))];
  const row = rowOf({ contestant: "a", measures, baselines: [] });
  expect(row.memory).toEqual({ beforeBytes: 10, afterBytes: 25, peakBytes: 90 });
});

test("no values have no spread, and a quantile of few values is one of them", () => {
  expect(spreadOf([])).toBeNull();
  expect([0.5, 0.99, 1].map((share) => quantile([1, 2, 3], share))).toEqual([2, 3, 3]);
});

test("the same seed gives the same order, another one another, and nobody is left out", () => {
  const ids = ["a", "b", "c", "d", "e"];
  const orderOf = (seed: number) => {
    const random = randomFrom(seed);
    return Array.from({ length: 20 }, () => shuffled(ids, random).join(""));
  };
  expect(orderOf(7)).toEqual(orderOf(7));
  expect(orderOf(7)).not.toEqual(orderOf(8));
  expect(new Set(orderOf(7)).size).toBeGreaterThan(10);
  for (const order of orderOf(7)) expect(order.split("").sort()).toEqual(ids);
});
