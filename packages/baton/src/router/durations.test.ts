// In which class a duration is counted.
import { expect, test } from "vitest";
import { Durations, HOLD_BOUNDS_MS, WAIT_BOUNDS_MS } from "./durations.ts";

test("each is counted once, in the first class that it is within; beyond all, only in the count", () => {
  const durations = new Durations([1, 10]);
  for (const ms of [0, 1, 1.5, 10, 10.1, 5_000]) durations.add(ms);
  expect(durations.counts()).toEqual({ count: 6, totalMs: 5_022.6, within: { 1: 2, 10: 2 } });
});

test("counts that were given out are not changed by what is counted later", () => {
  const durations = new Durations([1]);
  const before = durations.counts();
  durations.add(1);
  expect(before).toEqual({ count: 0, totalMs: 0, within: { 1: 0 } });
});

test("bounds ascend, as a class is found by the first that fits", () => {
  for (const bounds of [HOLD_BOUNDS_MS, WAIT_BOUNDS_MS])
    expect(bounds.toSorted((one, other) => one - other)).toEqual(bounds);
});
