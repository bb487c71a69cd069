import { expect, test } from "vitest";
import { expectationOf, measureOf, once } from "./fault.ts";

test("a fault expects a failover unless it says otherwise", () => {
  expect(expectationOf({})).toBe("failover");
  expect(expectationOf({ expects: "pause" })).toBe("pause");
});

test("the first write counts only where nobody can still be answered by the old primary", () => {
  expect(measureOf({})).toBe("outage");
  expect(measureOf({ staleSince: "cure" })).toBe("outage");
  expect(measureOf({ staleSince: "fault" })).toBe("longest-gap");
  expect(measureOf({ livesOn: true })).toBe("longest-gap");
  expect(measureOf({ expects: "no-failover" })).toBe("longest-gap");
  expect(measureOf({ expects: "pause" })).toBe("longest-gap");
});

test("what is done once is done once, and its result is kept", async () => {
  let times = 0;
  const act = once(() => Promise.resolve((times += 1)));
  expect([await act(), await act()]).toEqual([1, 1]);
});
