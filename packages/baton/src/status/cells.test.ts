// Widths are those that terminals use, and nothing that could drive one comes through.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { beginning, clean, cut, widthOf } from "./cells.ts";

describe("the width of a text", () => {
  test.each([
    ["plain", 5],
    ["", 0],
    ["火鍋", 4],
    ["e\u0301", 1],
    ["é", 1],
    ["ｗｉｄｅ", 8],
    ["🔥", 2],
    ["한국", 4],
    ["\u1112\u1161\u11ab", 2],
  ])("%j takes %i cells", (text, cells) => {
    expect(widthOf(text)).toBe(cells);
  });
});

describe("a clean text", () => {
  test("has its control and format characters as escapes", () => {
    expect(clean("a\u001b[2Jb\u0007c\nd\u009be\u202ef\u200dg")).toBe(
      "a\\u{1b}[2Jb\\u{7}c\\u{a}d\\u{9b}e\\u{202e}f\\u{200d}g",
    );
  });

  test("has no more than three marks on a letter, and none before the first", () => {
    expect(clean(`\u0301a${"\u0301".repeat(500)}b`)).toBe("a\u0301\u0301\u0301b");
  });

  test("holds nothing whose width terminals do not agree on", () => {
    expect(clean("\u2764\ufe0f x\ue000y\u{e01ff}")).toBe("\u2764 x?y?");
    expect(clean("👩‍🚒")).toBe("👩\\u{200d}🚒");
  });

  test("stays as it is when it is cleaned again, and moves no cursor, whatever it was", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 40 }), (text) => {
        const once = clean(text);
        expect(once).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
        expect(clean(once)).toBe(once);
      }),
    );
  });
});

describe("a cut text", () => {
  test("ends with ~, and never in the middle of a wide character", () => {
    expect(cut("sessions", 8)).toBe("sessions");
    expect(cut("sessions", 7)).toBe("sessio~");
    expect(cut("火鍋火鍋", 4)).toBe("火~");
    expect(cut("火鍋火鍋", 1)).toBe("~");
    expect(cut("abc", 0)).toBe("");
    expect(beginning("e\u0301e\u0301", 1)).toBe("e\u0301");
  });

  test("never takes more cells than there are", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.nat(30), (text, cells) => {
        expect(widthOf(cut(clean(text), cells))).toBeLessThanOrEqual(cells);
      }),
    );
  });
});
