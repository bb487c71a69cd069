import { expect, test } from "vitest";
import { type Clock, systemClock } from "../sys/clock.ts";
import { watchPresence } from "../sys/presence.ts";
import { doubtsFrom } from "./doubt.ts";

function movable(): { clock: Clock; move(monotonicMs: number, wallMs?: number): void } {
  let monotonic = 0;
  let wall = 1_000_000;
  const clock = { ...systemClock, monotonicMs: () => monotonic, wallMs: () => wall };
  return {
    clock,
    move(monotonicMs, wallMs = monotonicMs) {
      monotonic += monotonicMs;
      wall += wallMs;
    },
  };
}

test("an event loop that stood still is a doubt, and only once", () => {
  const { clock, move } = movable();
  const presence = watchPresence(clock);
  move(2_000);
  expect(doubtsFrom(presence.read())).toEqual([{ kind: "stalled", forMs: 1_950 }]);
  expect(doubtsFrom(presence.read())).toEqual([]);
  presence.close();
});

test("a busy turn of a few hundred milliseconds is none", () => {
  const { clock, move } = movable();
  const presence = watchPresence(clock);
  move(400);
  expect(doubtsFrom(presence.read())).toEqual([]);
  presence.close();
});

test("a wall clock that jumped, either way, is a doubt", () => {
  for (const jump of [-3_600_000, 5_000]) {
    const { clock, move } = movable();
    const presence = watchPresence(clock);
    move(10, 10 + jump);
    expect(doubtsFrom(presence.read())).toEqual([{ kind: "clock-jumped", byMs: jump }]);
    presence.close();
  }
});

test("a blocked event loop is really noticed", () => {
  const presence = watchPresence();
  const until = performance.now() + 700;
  while (performance.now() < until) Math.sqrt(2);
  expect(presence.read().stalledMs).toBeGreaterThan(600);
  presence.close();
});

test("every reader of one watch hears of the same stall, once", () => {
  const { clock, move } = movable();
  const presence = watchPresence(clock);
  const readers = [presence.reader(), presence.reader()];
  move(2_000);
  for (const reader of [presence, ...readers]) {
    expect(doubtsFrom(reader.read())).toEqual([{ kind: "stalled", forMs: 1_950 }]);
    expect(doubtsFrom(reader.read())).toEqual([]);
  }
  move(10, 5_010);
  for (const reader of readers)
    expect(doubtsFrom(reader.read())).toEqual([{ kind: "clock-jumped", byMs: 5_000 }]);
  presence.close();
});
