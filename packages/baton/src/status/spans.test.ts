// What is painted: cut to the width without counting colours, marked, chosen, dim.
import { expect, test } from "vitest";
import { columnLines, columnsOf } from "./columns.ts";
import { painted, plain } from "./spans.ts";

const red = (text: string) => `\u001b[31m${text}\u001b[39m`;
const reverse = (text: string) => `\u001b[7m${text}\u001b[27m`;
const dim = (text: string) => `\u001b[2m${text}\u001b[22m`;
const line = [plain("who: "), { text: "h1", tone: "bad", id: "who" } as const, plain(" (early)")];

test("a line has its colours only where there may be some", () => {
  expect(painted(line, { colour: true })).toBe(`who: ${red("h1")} (early)`);
  expect(painted(line, { colour: false })).toBe("who: h1 (early)");
});

test("it is cut at the width, which colours do not count for", () => {
  expect(painted(line, { colour: true, columns: 15 })).toBe(`who: ${red("h1")} (early)`);
  expect(painted(line, { colour: true, columns: 14 })).toBe(`who: ${red("h1")} (earl~`);
  expect(painted(line, { colour: true, columns: 7 })).toBe(`who: ${red("h")}~`);
  expect(painted(line, { colour: true, columns: 0 })).toBe("");
});

test("what is news is in reverse, with or without colours", () => {
  const isMarked = (id: string) => id === "who";
  expect(painted(line, { colour: false, isMarked })).toBe(`who: ${reverse("h1")} (early)`);
  expect(painted(line, { colour: true, isMarked })).toBe(`who: ${reverse(red("h1"))} (early)`);
});

test("a chosen line is in reverse over the whole width, an old one dim and nothing else", () => {
  expect(painted(line, { colour: true, columns: 18, isChosen: true })).toBe(
    reverse("who: h1 (early)   "),
  );
  expect(painted(line, { colour: true, isFaint: true })).toBe(dim("who: h1 (early)"));
});

test("control characters do not come through, wherever they stand", () => {
  const hostile = [{ text: "\u001b]0;x\u0007", tone: "bad" } as const, plain("\r\n")];
  const text = painted(hostile, { colour: true, columns: 60, isChosen: true });
  expect(text.replaceAll("\u001b[7m", "").replaceAll("\u001b[27m", "")).not.toMatch(/\p{Cc}/u);
});

test("a long last cell makes no other row wider", () => {
  const rows = [
    [plain("h1"), plain("unknown"), plain("connect ECONNREFUSED, and more"), plain("")],
    [plain("h2"), plain("replica"), plain("of h1"), plain("lag 0 B")],
  ];
  expect(columnLines(rows).map((one) => painted(one, { colour: false }))).toEqual([
    "h1  unknown  connect ECONNREFUSED, and more",
    "h2  replica  of h1  lag 0 B",
  ]);
});

test("columns are aligned by cells: colours count as none, wide characters as two", () => {
  expect(
    columnsOf([
      ["火", "x"],
      [red("abc"), "y"],
    ]),
  ).toEqual(["火   x", `${red("abc")}  y`]);
  const rows = [
    [plain("火"), plain(""), plain("x")],
    [plain("abc"), plain("y"), plain("")],
  ];
  expect(columnLines(rows).map((one) => painted(one, { colour: false }))).toEqual([
    "火     x",
    "abc  y",
  ]);
});
