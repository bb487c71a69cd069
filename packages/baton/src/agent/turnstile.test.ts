import { expect, test } from "vitest";
import { openTurnstile } from "./turnstile.ts";

const round = () => new Promise<void>((resolve) => setImmediate(resolve));

test("a lone loop begins at once", async () => {
  const turnstile = openTurnstile();
  let isBegun = false;
  void turnstile.pass(false).then(() => (isBegun = true));
  await Promise.resolve();
  await Promise.resolve();
  expect(isBegun).toBe(true);
});

test("of loops that are due together a few begin in each round of the event loop", async () => {
  const turnstile = openTurnstile();
  const begun: number[] = [];
  for (let index = 0; index < 100; index += 1) void turnstile.pass(false).then(() => begun.push(index));
  const perRound: number[] = [];
  while (begun.length < 100) {
    const before = begun.length;
    await round();
    perRound.push(begun.length - before);
  }
  expect(begun).toEqual([...begun.keys()]);
  expect(Math.max(...perRound)).toBeLessThanOrEqual(8);
});

test("a woken loop overtakes those whose pause is over, and does not keep them for ever", async () => {
  const turnstile = openTurnstile();
  const begun: string[] = [];
  const pass = (name: string, isUrgent: boolean) =>
    void turnstile.pass(isUrgent).then(() => begun.push(name));
  for (const name of ["c1", "c2", "c3"]) pass(name, false);
  for (const name of ["u1", "u2", "u3", "u4", "u5"]) pass(name, true);
  while (begun.length < 8) await round();
  expect(begun).toEqual(["c1", "u1", "u2", "u3", "c2", "u4", "u5", "c3"]);
});
