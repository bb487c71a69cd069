import fc from "fast-check";
import { expect, test } from "vitest";
import { diffOf, withContext } from "./line-diff.ts";

const shown = (before: string, after: string, around = 1): readonly string[] =>
  withContext(diffOf(before, after) ?? [], around).map((line) =>
    line === undefined ? "..." : line.sign + line.line,
  );

test("shows what has gone and what is new, with the lines around it", () => {
  expect(shown("a\nb\nc\nd\ne\nf", "a\nb\nC\nd\ne\nf\ng")).toEqual([
    " b",
    "-c",
    "+C",
    " d",
    "...",
    " f",
    "+g",
  ]);
});

test("of two texts that are the same there is nothing to show", () => {
  expect(shown("a\nb", "a\nb")).toEqual([]);
});

test("the lines of both texts can be told from any difference", () => {
  const text = fc.array(fc.constantFrom("a", "b", "c", ""), { maxLength: 12 });
  fc.assert(
    fc.property(text, text, (before, after) => {
      const lines = diffOf(before.join("\n"), after.join("\n")) ?? [];
      const without = (sign: string) =>
        lines.filter((line) => line.sign !== sign).map(({ line }) => line);
      expect(without("+").join("\n")).toBe(before.join("\n"));
      expect(without("-").join("\n")).toBe(after.join("\n"));
    }),
  );
});

test("texts that are too long to compare are not compared", () => {
  expect(diffOf("x\n".repeat(3_000), "y\n".repeat(3_000))).toBeUndefined();
});
