// Leaves out what a reader could not see anyway, so that sixty thousand calls make a small drawing.
// Works on pixels.

export interface Point {
  readonly xPx: number;
  readonly yPx: number;
}

export interface Thinned {
  /** The slowest call of every column: nothing slow is ever left out. */
  readonly slowest: readonly Point[];
  /** The median of every column, by ascending x. */
  readonly median: readonly Point[];
}

/** One point a column of `columnPx`; higher on the screen (smaller y) is slower. */
export function thinColumns(points: readonly Point[], columnPx: number): Thinned {
  const columns = new Map<number, Point[]>();
  for (const point of points) {
    const column = Math.floor(point.xPx / columnPx);
    const there = columns.get(column);
    if (there === undefined) columns.set(column, [point]);
    else there.push(point);
  }
  const slowest: Point[] = [];
  const median: Point[] = [];
  for (const [, inside] of [...columns].sort(([a], [b]) => a - b)) {
    inside.sort((a, b) => a.yPx - b.yPx);
    const top = inside[0];
    const middle = inside[Math.floor(inside.length / 2)];
    if (top !== undefined) slowest.push(top);
    if (middle !== undefined) median.push(middle);
  }
  return { slowest, median };
}

/**
 * Every point, unless one already stands in the same cell of the screen. Cells start at 2 pixels and
 * double until at most `countMax` (1 or more) points are left, so a flood of failures still shows where
 * and when it was.
 */
export function thinCells(points: readonly Point[], countMax: number): readonly Point[] {
  for (let cellPx = 2; ; cellPx *= 2) {
    const cells = new Map<string, Point>();
    for (const point of points) {
      const cell = `${Math.floor(point.xPx / cellPx)},${Math.floor(point.yPx / cellPx)}`;
      if (!cells.has(cell)) cells.set(cell, point);
    }
    if (cells.size <= Math.max(1, countMax)) return [...cells.values()];
  }
}
