import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatDuration, formatRpo, parseDuration, spokenDuration } from "./duration.ts";

describe("a duration", () => {
  test("is a whole number with its unit, in milliseconds", () => {
    expect(["500ms", "3s", "2m", "0s"].map(parseDuration)).toEqual([500, 3000, 120_000, 0]);
  });

  test("is nothing without a unit, with a fraction, a sign, blanks or another unit", () => {
    for (const text of ["", "3", "1.5s", "-3s", "3 s", " 3s", "3s\n", "3h", "s", "9999999999s"]) {
      expect(parseDuration(text), text).toBeUndefined();
    }
  });

  test("is written in the largest unit that keeps it whole, and read back as the same", () => {
    expect([0, 500, 3000, 3500, 120_000].map(formatDuration)).toEqual([
      "0s",
      "500ms",
      "3s",
      "3500ms",
      "2m",
    ]);
    fc.assert(
      fc.property(fc.nat(3_600_000), (durationMs) => {
        expect(parseDuration(formatDuration(durationMs))).toBe(durationMs);
      }),
    );
  });

  test("refuses to write what is no whole number of milliseconds: that is a bug of the caller", () => {
    for (const durationMs of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => formatDuration(durationMs)).toThrow("invariant broken");
    }
  });

  test("reads as seconds in sentences", () => {
    expect([800, 1000, 1800, 90_000].map(spokenDuration)).toEqual(["800 ms", "1 s", "1.8 s", "90 s"]);
  });

  test("is none where no rpo is promised", () => {
    expect(formatRpo({ kind: "none" })).toBe("none");
    expect(formatRpo({ kind: "bounded", ms: 5000 })).toBe("5s");
  });
});
