import { expect, test } from "vitest";
import { weightOf } from "./weight.ts";

test.each([
  ["", 0],
  [" \n\t\r\n", 0],
  ["save 3600 1\r\n  port 6379\n", 5],
  ["# save 1 1\n  ; port 6379\nport 6379 # 1\n# end", 4],
  ["a: [b,c]\n", 4],
  ["h1 x=1", 3],
])("%j weighs %i", (text, expected) => {
  expect(weightOf(text)).toBe(expected);
});
