import { expect, test } from "vitest";
import { momentText, shortAge, shortBytes, spokenAge } from "./ages.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

test.each([
  [-5, "0 s", "0s"],
  [999, "0 s", "0s"],
  [59_999, "59 s", "59s"],
  [MINUTE, "1 min", "1m"],
  [HOUR - 1, "59 min", "59m"],
  [5 * HOUR + 2 * MINUTE, "5 h 2 min", "5h02"],
  [47 * HOUR, "47 h 0 min", "1d"],
  [72 * HOUR, "3 days", "3d"],
  [Number.NaN, "an unknown time", "?"],
])("%d ms are %s", (ms, spoken, short) => {
  expect([spokenAge(ms), shortAge(ms)]).toEqual([spoken, short]);
});

test("a moment has its date only when it is of another day", () => {
  expect(momentText("2026-11-22T23:59:07.120Z", "2026-11-22T11:00:00.000Z")).toBe("23:59:07 UTC");
  expect(momentText("2026-11-23T00:01:00.000Z", "2026-11-22T11:00:00.000Z")).toBe(
    "2026-11-23 00:01:00 UTC",
  );
  expect(momentText("2026-11-23T01:30:00+02:00", "2026-11-22T11:00:00.000Z")).toBe("23:30:00 UTC");
  expect(momentText("yesterday", "2026-11-22T11:00:00.000Z")).toBe("an unknown time");
});

test.each([
  [0, "0 B"],
  [999, "999 B"],
  [1_000, "1.0 kB"],
  [9_960, "10 kB"],
  [999_499, "999 kB"],
  [999_500, "1.0 MB"],
  [3_400_000, "3.4 MB"],
  [1.2e10, "12 GB"],
])("%d bytes are %s", (count, text) => {
  expect(shortBytes(count)).toBe(text);
});
