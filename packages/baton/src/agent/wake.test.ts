import { expect, test } from "vitest";
import { systemClock } from "../sys/clock.ts";
import { openWake } from "./wake.ts";

const never = new AbortController().signal;

test("a wake ends the wait", async () => {
  const wake = openWake(systemClock);
  const waiting = wake.wait(60_000, never);
  wake.wake();
  expect(await waiting).toBe(true);
  expect(await wake.wait(1, never), "nobody has woken it since").toBe(false);
});

test("a wake that comes while nobody waits is not lost, and counts once", async () => {
  const wake = openWake(systemClock);
  wake.wake();
  wake.wake();
  await wake.wait(60_000, never);
  let isOver = false;
  const second = wake.wait(60_000, never).then(() => (isOver = true));
  await new Promise((resolve) => setImmediate(resolve));
  expect(isOver).toBe(false);
  wake.wake();
  await second;
});

test("the end of everything ends the wait too", async () => {
  const ending = new AbortController();
  const waiting = openWake(systemClock).wait(60_000, ending.signal);
  ending.abort(new Error("the end"));
  await expect(waiting).rejects.toThrow("the end");
});
