// The bucket that requests to one account share, on a clock that a test turns by hand.
import { expect, test } from "vitest";
import type { Clock } from "../../sys/clock.ts";
import { HandClock } from "../../sys/hand-clock.fixture.ts";
import { openPacer, openPacers, type Pacer } from "./pacer.ts";

const unended = () => new AbortController().signal;

/** Asks for so many turns at once; yields when each was given, in order. */
function askFor(pacer: Pacer, count: number, clock: Clock, given: number[]): Promise<void>[] {
  return Array.from({ length: count }, async () => {
    await pacer.turn(unended());
    given.push(clock.monotonicMs());
  });
}

test("lets a few go at once after a quiet time, and the rest at its rate", async () => {
  const clock = new HandClock();
  const pacer = openPacer(4, clock);
  const given: number[] = [];
  const asked = askFor(pacer, 10, clock, given);
  await clock.pass(0);
  expect(given).toEqual([1_000, 1_000, 1_000, 1_000, 1_000, 1_000]);
  await clock.pass(10_000);
  await Promise.all(asked);
  expect(given.slice(6)).toEqual([1_250, 1_500, 1_750, 2_000]);
});

test("never lets more go than the bucket holds and the rate refills, however one counts", async () => {
  const clock = new HandClock();
  const perSecond = 5;
  const pacer = openPacer(perSecond, clock);
  const given: number[] = [];
  const asked: Promise<void>[] = [];
  for (const [count, pauseMs] of [
    [9, 130],
    [1, 2_500],
    [20, 40],
    [3, 10],
    [7, 900],
    [6, 0],
  ] as const) {
    asked.push(...askFor(pacer, count, clock, given));
    await clock.pass(pauseMs);
  }
  await clock.pass(60_000);
  await Promise.all(asked);
  expect(given.length).toBe(46);
  for (const [index, fromMs] of given.entries()) {
    for (const [more, toMs] of given.slice(index).entries()) {
      const most = 6 + Math.floor(((toMs - fromMs) / 1_000) * perSecond + 1e-6);
      expect(more + 1, `from ${fromMs} to ${toMs} ms`).toBeLessThanOrEqual(most);
    }
  }
});

test("first come, first served", async () => {
  const clock = new HandClock();
  const pacer = openPacer(1, clock);
  const order: number[] = [];
  const asked = Array.from({ length: 12 }, async (_, index) => {
    await pacer.turn(unended());
    order.push(index);
  });
  await clock.pass(60_000);
  await Promise.all(asked);
  expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
});

test("who gives up while waiting says why, and keeps nobody waiting afterwards", async () => {
  const clock = new HandClock();
  const pacer = openPacer(1, clock);
  await Promise.all(askFor(pacer, 6, clock, []));
  const told = new Error("told to");
  for (let round = 0; round < 50; round += 1) {
    const stopping = new AbortController();
    const turn = pacer.turn(stopping.signal);
    stopping.abort(told);
    await expect(turn).rejects.toBe(told);
  }
  const given: number[] = [];
  const asked = askFor(pacer, 1, clock, given);
  await clock.pass(60_000);
  await Promise.all(asked);
  expect(given).toEqual([2_000]);
});

test("an attempt that is over already takes nothing from the bucket", async () => {
  const clock = new HandClock();
  const pacer = openPacer(1, clock);
  const told = new Error("told to");
  for (let round = 0; round < 50; round += 1) {
    await expect(pacer.turn(AbortSignal.abort(told))).rejects.toBe(told);
  }
  const given: number[] = [];
  await Promise.all(askFor(pacer, 6, clock, given));
  expect(given.length).toBe(6);
});

test("targets of one account share a bucket, and those of another have their own", async () => {
  const clock = new HandClock();
  const pacerOf = openPacers(clock);
  const given: number[] = [];
  await Promise.all(askFor(pacerOf("mine", 1), 4, clock, given));
  const late = askFor(pacerOf("mine", 1), 4, clock, given);
  await Promise.all(askFor(pacerOf("yours", 1), 6, clock, given));
  await clock.pass(0);
  expect(given.length).toBe(12);
  await clock.pass(2_000);
  await Promise.all(late);
  expect(given.slice(12)).toEqual([2_000, 3_000]);
});
