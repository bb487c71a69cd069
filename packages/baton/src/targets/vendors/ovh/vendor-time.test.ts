import { expect, test } from "vitest";
import { openVendorTime } from "./vendor-time.ts";

function open() {
  const now = { monotonicMs: 5_000, wallMs: 1_700_000_000_000, vendorSeconds: 1_800_000_000, asked: 0 };
  const time = openVendorTime({
    ask: () => {
      now.asked += 1;
      return Promise.resolve(now.vendorSeconds);
    },
    wallMs: () => now.wallMs,
    monotonicMs: () => now.monotonicMs,
  });
  const pass = (ms: number) => {
    now.monotonicMs += ms;
    now.wallMs += ms;
    now.vendorSeconds += ms / 1_000;
  };
  return { now, pass, seconds: () => time.seconds(new AbortController().signal), time };
}

test("counts on from what it was told, however far off the machine's clock is", async () => {
  const { now, pass, seconds } = open();
  expect(await seconds()).toBe(1_800_000_000);
  pass(1_799_900);
  expect(await seconds()).toBe(1_800_001_799);
  expect(now.asked).toBe(1);
});

test("asks again after an hour, and when it was told that it is wrong", async () => {
  const { now, pass, seconds, time } = open();
  await seconds();
  pass(3_600_000);
  expect(await seconds()).toBe(1_800_003_600);
  time.forget();
  await seconds();
  expect(now.asked).toBe(3);
});

test("asks again when only one of the machine's two clocks has moved", async () => {
  const slept = open();
  await slept.seconds();
  slept.now.wallMs += 600_000;
  slept.now.vendorSeconds += 600;
  expect(await slept.seconds()).toBe(1_800_000_600);
  const set = open();
  await set.seconds();
  set.now.wallMs -= 600_000;
  expect(await set.seconds()).toBe(1_800_000_000);
  expect([slept.now.asked, set.now.asked]).toEqual([2, 2]);
});
