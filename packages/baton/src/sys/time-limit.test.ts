// A deadline outlives the collection of garbage.
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { timeLimit } from "./time-limit.ts";

test("one of many that were only joined with another signal still ends what waits for it", async () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const never = new AbortController();
  const waiting = Array.from({ length: 50 }, async () => {
    await once(AbortSignal.any([never.signal, timeLimit(300)]), "abort");
  });
  const collecting = setInterval(collect, 10);
  try {
    const ended = Promise.all(waiting).then(() => "all ended");
    expect(await Promise.race([ended, pause(5_000, "some never did")])).toBe("all ended");
  } finally {
    clearInterval(collecting);
  }
});

test("it says how long it was", async () => {
  const limit = timeLimit(5);
  await once(limit, "abort");
  expect(String(limit.reason)).toBe("Error: no end within 5 ms");
});
