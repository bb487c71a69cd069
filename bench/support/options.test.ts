import { describe, expect, test } from "vitest";
import { numberFrom, oneOf, parsed } from "./options.ts";

const options = {
  times: { type: "string", default: "5" },
  out: { type: "string" },
  json: { type: "boolean", default: false },
} as const;

test("gives what was asked, and the default of what was not", () => {
  const { times, out, json } = parsed(["--out", "there"], options);
  expect([times, out, json]).toEqual(["5", "there", false]);
});

test.each([[["--nothing"]], [["--out"]], [["there"]]])("refuses %j as USAGE", (args) => {
  expect(() => parsed(args, options)).toThrow(expect.objectContaining({ code: "USAGE" }));
});

describe("a whole number", () => {
  test.each(["1", "100"])("may be at its bound, as %s", (asked) => {
    expect(numberFrom("times", asked, 1, 100)).toBe(Number(asked));
  });

  test.each(["0", "101", "1.5", "-1", "many", "", " ", "1e1", "0x10"])("is not %j", (asked) => {
    expect(() => numberFrom("times", asked, 1, 100)).toThrow(
      `--times ${asked}: expected a whole number from 1 to 100`,
    );
  });
});

test("takes one of what is known, nothing for nothing, and names them all otherwise", () => {
  expect(oneOf("only", "speed", ["speed", "idle"])).toBe("speed");
  expect(oneOf("only", undefined, ["speed", "idle"])).toBeUndefined();
  expect(() => oneOf("only", "x", ["speed", "idle"])).toThrow("--only x: expected one of speed, idle");
});
