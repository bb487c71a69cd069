import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { counted, editDistance, listed, nearest, quoted } from "./text.ts";

describe("the nearest known word", () => {
  const known = ["quorum", "downAfter", "port", "env"];

  test("is found over a slip, another case and another way to join words", () => {
    expect(nearest("quorm", known)).toBe("quorum");
    expect(nearest("qourum", known)).toBe("quorum");
    expect(nearest("down-after", known)).toBe("downAfter");
    expect(nearest("PORT", known)).toBe("port");
  });

  test("is not invented where nothing is near", () => {
    for (const word of ["password", "x", "", "q".repeat(10_000)])
      expect(nearest(word, known), word).toBeUndefined();
  });

  test("is measured by a distance: zero for equals, symmetric, at most the longer length", () => {
    const word = fc.string({ maxLength: 12 });
    fc.assert(
      fc.property(word, word, (one, other) => {
        const distance = editDistance(one, other);
        expect(distance === 0).toBe(one === other);
        expect(editDistance(other, one)).toBe(distance);
        expect(distance).toBeLessThanOrEqual(Math.max(one.length, other.length));
      }),
    );
  });
});

describe("text from a file in a message", () => {
  test("stays on its line, stays short and cannot move the cursor", () => {
    expect(quoted('a"b')).toBe('"a\\"b"');
    expect(quoted("\u001b[2J\n\u009b\u202e\ud800")).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
    expect(quoted("x".repeat(1000)).length).toBeLessThan(80);
  });

  test("reads like a sentence", () => {
    expect([listed([]), listed(["a"]), listed(["a", "b", "c"], "or")]).toEqual(["", "a", "a, b or c"]);
    expect([counted(1, "replica"), counted(2, "replica")]).toEqual(["1 replica", "2 replicas"]);
  });
});
