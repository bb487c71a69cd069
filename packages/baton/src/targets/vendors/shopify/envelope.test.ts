import { expect, test } from "vitest";
import { envelope, throttleMs } from "./envelope.ts";

const cost = (requestedQueryCost: number, currentlyAvailable: number, restoreRate: number) => ({
  requestedQueryCost,
  throttleStatus: { currentlyAvailable, restoreRate },
});

test("a throttled request waits until there are points for it, and for a whole attempt", () => {
  expect(throttleMs(cost(10, 4, 100))).toBe(160);
  expect(throttleMs(cost(10, 4, 10))).toBe(1_600);
  expect(throttleMs(cost(752, 666, 50))).toBe(1_720);
  expect(throttleMs(cost(10, -40, 50))).toBe(1_200);
});

test("it waits neither nothing nor for ever, whatever is said", () => {
  expect(throttleMs(cost(10, 2_000, 100))).toBe(100);
  expect(throttleMs(cost(1_000_000, 0, 1))).toBe(120_000);
  expect(throttleMs(cost(10, 0, 0))).toBe(1_000);
  expect(throttleMs(undefined)).toBe(1_000);
});

test("the cost is read where Shopify puts it, and a strange one does not hide the refusal", () => {
  const throttled = { message: "Throttled", extensions: { code: "THROTTLED" } };
  const status = { maximumAvailable: 2_000, currentlyAvailable: 6, restoreRate: 100 };
  const extensions = { cost: { requestedQueryCost: 10, actualQueryCost: null, throttleStatus: status } };
  expect(envelope.parse({ errors: [throttled], extensions })).toMatchObject({
    errors: [{ extensions: { code: "THROTTLED" } }],
    extensions: { cost: { requestedQueryCost: 10, throttleStatus: { currentlyAvailable: 6 } } },
  });
  const inside = { message: "Throttled", extensions: { code: "THROTTLED", ...extensions } };
  expect(envelope.parse({ errors: [inside] }).errors?.[0]?.extensions?.cost?.requestedQueryCost).toBe(
    10,
  );
  for (const strange of [7, { cost: "much" }, { cost: { requestedQueryCost: -1 } }, null]) {
    const read = envelope.parse({ errors: [throttled], extensions: strange });
    expect(read.errors?.[0]?.extensions?.code).toBe("THROTTLED");
    expect(read.extensions?.cost).toBeUndefined();
  }
  expect(envelope.parse({ errors: [{}, { message: 7, extensions: "no" }] }).errors).toEqual([
    { message: "no word why" },
    { message: "no word why" },
  ]);
  expect(envelope.parse({ errors: "Not Found" }).errors).toEqual([{ message: "Not Found" }]);
});
