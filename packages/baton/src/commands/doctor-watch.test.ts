import { expect, test } from "vitest";
import type { Given } from "./command.ts";
import { missedBy, watchAsked } from "./doctor-watch.ts";

test("takes durations from one second to ten minutes, and nothing for nothing", () => {
  expect(watchAsked({ live: true })).toBeUndefined();
  expect(watchAsked({ live: true, watch: "1s" })).toBe(1_000);
  expect(watchAsked({ live: true, watch: "10m" })).toBe(600_000);
});

test.each([
  [{ watch: "60s" }, "--watch goes with --live; of log files give the paths"],
  [{ live: true, watch: "60" }, '--watch "60": expected 1s to 10m, as in 60s'],
  [{ live: true, watch: "999ms" }, '--watch "999ms": expected 1s to 10m, as in 60s'],
  [{ live: true, watch: "11m" }, '--watch "11m": expected 1s to 10m, as in 60s'],
] as const satisfies readonly (readonly [Given, string])[])("refuses %j", (given, message) => {
  expect(() => watchAsked(given)).toThrow(expect.objectContaining({ code: "USAGE", message }) as Error);
});

test("tells a gap from somebody who was never heard, and says nothing of who is silent anyway", () => {
  const at = (number: number) => ({ address: `10.0.0.${String(number)}`, port: 26379 });
  const listened = {
    heard: [],
    missed: [
      { ...at(1), clause: "was not heard for 2 s of 60 s: it closed the connection", isWhole: false },
      { ...at(2), clause: "could not be listened to: NOPERM", isWhole: true },
      { ...at(3), clause: "could not be listened to: no answer in time", isWhole: true },
    ],
  };
  const silent = { ...at(3), groups: new Map(), silence: "no answer in time" };
  expect(missedBy(listened, [silent])).toEqual({
    notes: [
      {
        place: { file: "10.0.0.1:26379", line: 0, column: 0 },
        message: "was not heard for 2 s of 60 s: it closed the connection",
      },
    ],
    deaf: ["10.0.0.2:26379 could not be listened to: NOPERM"],
  });
});
