import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Breaker, createBreaker } from "./breaker.ts";

const states: string[] = [];
let breaker: Breaker;

beforeEach(() => {
  vi.useFakeTimers();
  states.length = 0;
  const onState = (state: string) => void states.push(state);
  breaker = createBreaker({ breakerFailures: 5, breakerPauseMs: 500, onState });
});
afterEach(() => {
  vi.useRealTimers();
});

const failed = { kind: "failed", isPassing: true };
const refused = { kind: "failed", isPassing: false };
const done = { kind: "done" };

const run = async (result: { kind: string; isPassing?: boolean }) =>
  await breaker.run(async () => await Promise.resolve(result), true);
const runAnyway = async (result: { kind: string; isPassing?: boolean }) =>
  await breaker.run(async () => await Promise.resolve(result), false);

function later<T>() {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve: (value: T) => resolve(value) };
}

async function fail(times: number): Promise<void> {
  for (let time = 0; time < times; time += 1) expect(await run(failed)).toBe(failed);
}

test("five failures in a row open it, four and a success do not, and a refusal is no failure", async () => {
  await fail(4);
  await run(done);
  await fail(4);
  await run(refused);
  await fail(4);
  expect(states).toEqual([]);
  await fail(1);
  expect(states).toEqual(["open"]);
  expect(await run(done)).toBeUndefined();
});

test("after its pause one call tries, and nobody waits for it", async () => {
  await fail(5);
  vi.advanceTimersByTime(499);
  expect(await run(done)).toBeUndefined();
  vi.advanceTimersByTime(1);
  const trying = later<typeof done>();
  const first = breaker.run(async () => await trying.promise, true);
  expect(await run(done)).toBeUndefined();
  trying.resolve(done);
  expect(await first).toBe(done);
  expect(states).toEqual(["open", "half-open", "closed"]);
  expect(await run(done)).toBe(done);
});

test("each failure of the one that tries doubles the pause, up to five seconds", async () => {
  await fail(5);
  for (const pauseMs of [500, 1_000, 2_000, 4_000, 5_000, 5_000]) {
    vi.advanceTimersByTime(pauseMs - 1);
    expect(await run(failed), `after ${pauseMs - 1} ms`).toBeUndefined();
    vi.advanceTimersByTime(1);
    expect(await run(failed), `after ${pauseMs} ms`).toBe(failed);
  }
});

test("it closes for another primary, also while somebody tries the former one", async () => {
  await fail(5);
  breaker.forgive();
  expect(await run(done)).toBe(done);
  await fail(5);
  vi.advanceTimersByTime(500);
  const trying = later<typeof failed>();
  const first = breaker.run(async () => await trying.promise, true);
  breaker.forgive();
  trying.resolve(failed);
  expect(await first).toBe(failed);
  expect(await run(done)).toBe(done);
  expect(states.at(-1)).toBe("closed");
});

test("an error of the application goes through, and is no failure of Redis", async () => {
  const bug = new TypeError("the application's own");
  await fail(4);
  const attempt = async () => await Promise.reject<typeof done>(bug);
  await expect(breaker.run(attempt, true)).rejects.toBe(bug);
  expect(states).toEqual([]);
});

test("what has no other answer is tried in any state, and closes it by a success", async () => {
  for (let time = 0; time < 5; time += 1) expect(await runAnyway(failed)).toBe(failed);
  expect(states).toEqual(["open"]);
  expect(await run(done)).toBeUndefined();
  expect(await runAnyway(failed)).toBe(failed);
  expect(states).toEqual(["open"]);
  expect(await runAnyway(refused)).toBe(refused);
  expect(states).toEqual(["open", "closed"]);
  expect(await run(done)).toBe(done);
});

test("a success closes it also while somebody tries in vain", async () => {
  await fail(5);
  vi.advanceTimersByTime(500);
  const trying = later<typeof failed>();
  const first = breaker.run(async () => await trying.promise, true);
  expect(await runAnyway(done)).toBe(done);
  trying.resolve(failed);
  await first;
  expect(await run(done)).toBe(done);
});
