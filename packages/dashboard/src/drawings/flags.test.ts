// Promises of the flags: no overlap, no crossing, no needless row.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { groupMarks, stackFlags } from "./flags.ts";

const flag = fc.record({
  xPx: fc.integer({ min: 0, max: 800 }),
  widthPx: fc.integer({ min: 20, max: 180 }),
});

test("no flag overlaps another, and no flag's line runs through another", () => {
  fc.assert(
    fc.property(fc.array(flag, { maxLength: 24 }), (flags) => {
      const rows = stackFlags(flags, 8);
      const placed = flags.map((one, index) => ({ ...one, row: rows[index] ?? -1, index }));
      for (const a of placed) {
        for (const b of placed.filter(({ index }) => index !== a.index)) {
          const isLineThrough = b.xPx > a.xPx && b.xPx < a.xPx + a.widthPx && b.row > a.row;
          const isCovered = a.row === b.row && a.xPx < b.xPx + b.widthPx && b.xPx < a.xPx + a.widthPx;
          expect({ a, b, isLineThrough, isCovered }).toMatchObject({
            isLineThrough: false,
            isCovered: false,
          });
        }
      }
    }),
  );
});

test("flags with room between them stay in the lowest row, and a crowd becomes stairs", () => {
  expect(
    stackFlags(
      [0, 200, 400].map((xPx) => ({ xPx, widthPx: 100 })),
      8,
    ),
  ).toEqual([0, 0, 0]);
  expect(
    stackFlags(
      [0, 20, 40, 300].map((xPx) => ({ xPx, widthPx: 100 })),
      8,
    ),
  ).toEqual([2, 1, 0, 0]);
});

test("what several Sentinels say at nearly the same time is one group, and later it is another", () => {
  const at = (atMs: number, event: string) => ({ atMs, event, who: `sentinel ${atMs}` });
  const groups = groupMarks(
    [at(30, "+sdown"), at(10, "+sdown"), at(20, "+odown"), at(900, "+sdown")],
    100,
    24,
  );
  expect(
    groups.map(({ event, marks }) => `${event} ${marks.map(({ atMs }) => atMs).join(",")}`),
  ).toEqual(["+sdown 10,30", "+odown 20", "+sdown 900"]);
  expect(groupMarks([at(10, "a"), at(20, "b"), at(30, "c")], 0, 2).map(({ event }) => event)).toEqual([
    "a",
    "b",
  ]);
});
