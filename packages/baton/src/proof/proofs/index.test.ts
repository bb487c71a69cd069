import { expect, test } from "vitest";
import { rules } from "../../doctor/rules/index.ts";
import { proofs } from "./index.ts";

test("there are twenty proofs at least, alphabetical, each of a rule of doctor's that errs or warns", () => {
  const ids = proofs.map(({ rule }) => rule);
  expect(ids.length).toBeGreaterThanOrEqual(20);
  expect(ids).toEqual([...new Set(ids)].sort());
  const judged = rules.filter(({ severity }) => severity !== "info").map(({ id }) => id);
  expect(ids.filter((id) => !judged.includes(id))).toEqual([]);
});

test("each proof says in a sentence what happens, how its sides differ, and ends within a minute", () => {
  for (const { rule, says, sides, secondsAtMost } of proofs) {
    expect(says, rule).toMatch(/^[A-Z].*\.$/);
    expect(sides.mistake, rule).not.toBe(sides.fix);
    expect(secondsAtMost, rule).toBeLessThanOrEqual(60);
  }
});
