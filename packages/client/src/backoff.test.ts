import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createNews, pauseMs } from "./backoff.ts";

const bounds = { backoffMinMs: 50, backoffMaxMs: 1_000 };

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("a pause is random, grows up to its longest, and is never none", () => {
  const longest = [1, 2, 3, 4, 5, 50].map((attempt) => pauseMs(attempt, bounds, () => 0.9999));
  expect(longest).toEqual([99, 199, 399, 799, 999, 999]);
  expect(pauseMs(7, bounds, () => 0)).toBe(10);
  const drawn = new Set(Array.from({ length: 50 }, () => pauseMs(5, bounds)));
  expect(drawn.size).toBeGreaterThan(10);
});

test("a pause ends in time; on news within the first bound; when closed at once", async () => {
  const news = createNews(bounds);
  const closing = new AbortController();
  let ended = 0;
  for (const ms of [1_000, 1_000])
    void news.pause(ms, closing.signal).then(() => {
      ended += 1;
    });
  await vi.advanceTimersByTimeAsync(999);
  expect(ended).toBe(0);
  await vi.advanceTimersByTimeAsync(1);
  expect(ended).toBe(2);

  void news.pause(60_000, closing.signal).then(() => {
    ended += 1;
  });
  news.announce();
  await vi.advanceTimersByTimeAsync(9);
  expect(ended).toBe(2);
  await vi.advanceTimersByTimeAsync(50);
  expect(ended).toBe(3);

  void news.pause(60_000, closing.signal).then(() => {
    ended += 1;
  });
  closing.abort();
  await vi.advanceTimersByTimeAsync(0);
  expect(ended).toBe(4);
  expect(vi.getTimerCount()).toBe(0);
});
