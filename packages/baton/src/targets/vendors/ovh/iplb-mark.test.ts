import { expect, test } from "vitest";
import { type Mark, markIn, withMark } from "./iplb-mark.ts";

const mark: Mark = {
  epoch: 12,
  after: 4_711,
  changes: 3,
  count: 2,
  atSeconds: 1_800_000_000,
  by: "0af9",
};

test("a mark is read back as it was written, and only the last one stays", () => {
  for (const name of ["", "redis-a", "  ours (do not touch)  ", "[old] 7"]) {
    const once = withMark(name, mark);
    expect(markIn(once)).toEqual(mark);
    expect(once.startsWith(name.trim())).toBe(true);
    const twice = withMark(once, { ...mark, epoch: 13 });
    expect(twice.length).toBe(once.length);
    expect(markIn(twice)?.epoch).toBe(13);
  }
});

test("what a person wrote behind a mark stays, too", () => {
  const name = `${withMark("redis-a", mark)} in rack 7`;
  expect(markIn(name)).toEqual(mark);
  expect(withMark(name, mark)).toMatch(/^redis-a in rack 7 \[baton epoch=12 /);
});

test("other texts are no marks", () => {
  for (const name of ["", "redis", "[baton]", "[baton epoch=x stage=1.1.1.1.abcd]", "[baton epoch=1]"]) {
    expect(markIn(name)).toBeUndefined();
  }
});
