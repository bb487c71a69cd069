import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { folded, windowOf } from "./fold.ts";
import { painted, plain, widthOfLine } from "./spans.ts";

const textOf = (line: Parameters<typeof folded>[0], columns: number) =>
  folded(line, columns).map((one) => painted(one, { colour: false }));

test("a line that fits stays as it is, one that does not is broken at blanks and indented", () => {
  const line = [
    plain("  warning  "),
    { text: "the replica h3 follows nobody", id: "x" },
    plain("  [code]"),
  ];
  expect(textOf(line, 60)).toEqual(["  warning  the replica h3 follows nobody  [code]"]);
  expect(textOf(line, 36)).toEqual(["  warning  the replica h3 follows ", "         nobody  [code]"]);
});

test("a word that is longer than a line is broken, too, and every piece keeps its tone and id", () => {
  const long = [{ text: "火".repeat(9), tone: "bad", id: "x" } as const];
  expect(textOf(long, 8)).toEqual(["火火火", "  火火火", "  火火火"]);
  for (const line of folded(long, 8)) expect(line.at(-1)).toMatchObject({ tone: "bad", id: "x" });
});

test("a mark that takes a cell of its own is on the line of its letter", () => {
  expect(textOf([plain(`kaka${"\u0915\u093e".repeat(4)}`)], 9)).toEqual([
    "kaka\u0915\u093e",
    `  ${"\u0915\u093e".repeat(3)}`,
  ]);
});

test("from seven columns on nothing is lost but blanks, and no line is too long, whatever it is", () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: "binary" }), { maxLength: 4 }),
      // A wide letter with three marks takes five cells, and stands behind the indent.
      fc.integer({ min: 7, max: 30 }),
      (texts, columns) => {
        const line = texts.map(plain);
        const lines = folded(line, columns);
        const bare = (all: readonly string[]) => all.join("").replaceAll(" ", "");
        expect(bare(lines.map((one) => painted(one, { colour: false })))).toBe(
          bare([painted(line, { colour: false })]),
        );
        for (const one of lines) expect(widthOfLine(one)).toBeLessThanOrEqual(columns);
      },
    ),
  );
});

describe("a window on a long text", () => {
  const text = ["one", "two words", "three", "four"].map((word) => [plain(word)]);
  const pane = { columns: 8, height: 3 };

  test("is as much as fits, folded, from the line that is wanted on", () => {
    const seen = windowOf(text, 0, pane);
    expect([seen.lines.length, seen.from, seen.to]).toEqual([3, 0, 2]);
    const cut = windowOf(text, 0, { columns: 8, height: 2 });
    expect([cut.lines.length, cut.from, cut.to]).toEqual([2, 0, 1]);
  });

  test("ends with the text, and is never empty", () => {
    expect(windowOf(text, 99, pane)).toMatchObject({ from: 2, to: 4 });
    expect(windowOf(text, 1, { columns: 8, height: 1 })).toMatchObject({ from: 1, to: 2 });
    expect(windowOf([], 4, pane)).toEqual({ lines: [], from: 0, to: 0 });
  });
});
