// How the lines of the topology run: between the rows and left of the boxes, never through one. Pure.
import { type Box, type Grid, GUTTER_PX } from "./grid.ts";

export type LineKind = "names" | "replicates" | "leads";

export interface Line {
  readonly kind: LineKind;
  /** Keys of boxes: who says it, and of whom. */
  readonly from: string;
  readonly to: string;
  /** Not as it should be: another primary than the route, a link that is down, a target elsewhere. */
  readonly isOdd: boolean;
}

export interface Point {
  readonly xPx: number;
  readonly yPx: number;
}

/** Where lines of a kind run in a space (a share of its height), in a gutter, and where they touch a box. */
const LANES: Readonly<Record<LineKind, { readonly share: number; readonly touchPx: number }>> = {
  replicates: { share: 0.26, touchPx: -14 },
  leads: { share: 0.5, touchPx: 14 },
  names: { share: 0.74, touchPx: 0 },
};
const KINDS: readonly LineKind[] = ["names", "replicates", "leads"];

const middle = ({ xPx, widthPx }: Box, shiftPx: number): number => xPx + widthPx / 2 + shiftPx;

/** Replication and targets come to a node from below, what a Sentinel names from above. */
interface End {
  readonly at: Point;
  /** The row whose space below it the line runs in; -1 is above the first row. */
  readonly space: number;
}

function endOf({ kind }: Line, box: Box, isStart: boolean): End {
  const { touchPx } = LANES[kind];
  const isTop = kind === "names" ? !isStart : kind === "leads" && isStart;
  const xPx = middle(box, isStart && kind !== "replicates" ? 0 : touchPx);
  return isTop
    ? { at: { xPx, yPx: box.yPx }, space: box.row - 1 }
    : { at: { xPx, yPx: box.yPx + box.heightPx }, space: box.row };
}

/** The corners of a line, from its start to its end; undefined when one of its boxes is not there. */
export function routeOf(grid: Grid, line: Line): readonly Point[] | undefined {
  const from = grid.boxes.get(line.from);
  const to = grid.boxes.get(line.to);
  if (from === undefined || to === undefined || from === to) return undefined;
  const start = endOf(line, from, true);
  const end = endOf(line, to, false);
  const laneAt = (space: number): number => {
    const { topPx, bottomPx } = grid.spaces[space] ?? { topPx: 0, bottomPx: 0 };
    return topPx + (bottomPx - topPx) * LANES[line.kind].share;
  };
  const startLanePx = laneAt(start.space);
  const endLanePx = laneAt(end.space);
  const out = { xPx: start.at.xPx, yPx: startLanePx };
  const into = { xPx: end.at.xPx, yPx: endLanePx };
  if (start.space === end.space) return [start.at, out, into, end.at];
  const xPx = to.gutterPx + (GUTTER_PX * (KINDS.indexOf(line.kind) + 1)) / (KINDS.length + 1);
  const turns = [
    { xPx, yPx: startLanePx },
    { xPx, yPx: endLanePx },
  ];
  return [start.at, out, ...turns, into, end.at];
}

const CORNER_PX = 5;
const round = (px: number): number => Math.round(px * 10) / 10;

/** The line as an SVG path with round corners. */
export function pathOf(points: readonly Point[]): string {
  return points
    .map((point, index) => {
      const before = points[index - 1];
      const after = points[index + 1];
      if (before === undefined) return `M${round(point.xPx)} ${round(point.yPx)}`;
      if (after === undefined) return `L${round(point.xPx)} ${round(point.yPx)}`;
      const first = towards(point, before);
      const second = towards(point, after);
      const corner = `${round(point.xPx)} ${round(point.yPx)}`;
      return `L${round(first.xPx)} ${round(first.yPx)}Q${corner} ${round(second.xPx)} ${round(second.yPx)}`;
    })
    .join("");
}

/** A point near the corner, in the direction of another, and never past half of the way. */
function towards(corner: Point, other: Point): Point {
  const xPx = other.xPx - corner.xPx;
  const yPx = other.yPx - corner.yPx;
  const farPx = Math.hypot(xPx, yPx);
  const share = farPx === 0 ? 0 : Math.min(CORNER_PX, farPx / 2) / farPx;
  return { xPx: corner.xPx + xPx * share, yPx: corner.yPx + yPx * share };
}
