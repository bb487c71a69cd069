import { expect, test } from "vitest";
import { firstOther } from "./first-other.ts";

test("finds the first that matches and is not the one that asks", () => {
  const other = firstOther([1, 2, 3, 4, 6], (one) => one % 2 === 0);
  expect([1, 2, 3, 4, 2].map(other)).toEqual([2, 4, 2, 2, 4]);
});

test("finds nothing where the one that asks is the only one that matches", () => {
  const other = firstOther([1, 2, 3], (one) => one === 2);
  expect([2, 3, 2].map(other)).toEqual([undefined, 2, undefined]);
});

test("looks at each once, however many ask", () => {
  const things = Array.from({ length: 500 }, (_, index) => index);
  for (const wanted of [-1, 0, 499]) {
    let looked = 0;
    const other = firstOther(things, (one) => {
      looked += 1;
      return one === wanted;
    });
    for (const one of things) other(one);
    expect(looked).toBeLessThanOrEqual(things.length);
  }
});
