// Promises of thinning: nothing slow and no failure vanishes, and nothing grows without bound.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { flowing, usualPause } from "./spans.ts";
import { thinCells, thinColumns } from "./thin.ts";

const point = fc.record({
  xPx: fc.double({ min: 0, max: 800, noNaN: true }),
  yPx: fc.double({ min: 0, max: 260, noNaN: true }),
});

test("keeps the slowest call of every column, and one median a column", () => {
  fc.assert(
    fc.property(fc.array(point, { minLength: 1, maxLength: 300 }), (points) => {
      const { slowest, median } = thinColumns(points, 2);
      const columns = new Set(points.map(({ xPx }) => Math.floor(xPx / 2)));
      expect([slowest.length, median.length]).toEqual([columns.size, columns.size]);
      for (const { xPx, yPx } of points) {
        const top = slowest.find((kept) => Math.floor(kept.xPx / 2) === Math.floor(xPx / 2));
        expect(top?.yPx).toBeLessThanOrEqual(yPx);
      }
    }),
  );
});

test("keeps every failure that could be told from another, and bounds a flood of them", () => {
  const few = [0, 10, 20].map((xPx) => ({ xPx, yPx: 5 }));
  expect(thinCells(few, 600)).toEqual(few);
  const flood = Array.from({ length: 20_000 }, (_, index) => ({
    xPx: index % 800,
    yPx: (index * 7) % 260,
  }));
  const kept = thinCells(flood, 600);
  expect(kept.length).toBeLessThanOrEqual(600);
  expect(Math.max(...kept.map(({ xPx }) => xPx))).toBeGreaterThan(750);
  expect(thinCells(flood, 1)).toHaveLength(1);
});

test("writes flow while no pause is longer than usual", () => {
  const moments = [0, 10, 20, 30, 2300, 2310, 2320];
  expect(usualPause(moments, 3)).toBe(40);
  expect(flowing(moments, 40, 200)).toEqual([
    { fromMs: 0, toMs: 30 },
    { fromMs: 2300, toMs: 2320 },
  ]);
  expect(flowing([], 40, 200)).toEqual([]);
});

test("joins stretches rather than drawing more than there is room for", () => {
  const moments = Array.from({ length: 5000 }, (_, index) => index * 100);
  const spans = flowing(moments, 1, 200);
  expect(spans.length).toBeLessThanOrEqual(200);
  expect([spans[0]?.fromMs, spans.at(-1)?.toMs]).toEqual([0, 499_900]);
});
