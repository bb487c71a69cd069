import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createFresh } from "./fresh.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Each question takes 100 ms and is answered with its number. */
function counted() {
  let asked = 0;
  const load = async (): Promise<number> => {
    asked += 1;
    const number = asked;
    await new Promise((resolve) => setTimeout(resolve, 100));
    return number;
  };
  return createFresh(load, (_value, tookMs) => 1_000 - tookMs);
}

async function after<T>(ms: number, work: Promise<T>): Promise<T> {
  await vi.advanceTimersByTimeAsync(ms);
  return await work;
}

test("an answer is good for its time, counted from the question, and shared by all who ask", async () => {
  const fresh = counted();
  const both = Promise.all([fresh.get(), fresh.get()]);
  expect(await after(100, both)).toEqual([1, 1]);
  await vi.advanceTimersByTimeAsync(899);
  expect(await fresh.get()).toBe(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(await after(100, fresh.get())).toBe(2);
});

test("an answer to a question from before the doubt is not given", async () => {
  const fresh = counted();
  const first = fresh.get();
  fresh.expire();
  expect(await after(200, first)).toBe(2);
  expect(await fresh.get()).toBe(2);
});
