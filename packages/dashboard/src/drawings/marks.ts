// Many marks as one SVG path: a few bytes a mark instead of an element each.
import type { Point } from "./thin.ts";

export type MarkShape = "dot" | "triangle" | "square" | "diamond" | "bar";

/** Tenths of a pixel are finer than any screen. */
const px = (value: number): string => String(Math.round(value * 10) / 10);

const AROUND: Record<MarkShape, string> = {
  // A line of no length with round caps is a dot as wide as the stroke.
  dot: "h0",
  triangle: "m0-2.6l2.5 4.4h-5z",
  square: "m-2-2h4v4h-4z",
  diamond: "m0-3l3 3-3 3-3-3z",
  bar: "m0-3v6",
};

export function marksPath(points: readonly Point[], shape: MarkShape): string {
  return points.map((point) => `M${px(point.xPx)} ${px(point.yPx)}${AROUND[shape]}`).join("");
}

/** Crosses of `reachPx` from the middle to each end. */
export function crossesPath(points: readonly Point[], reachPx: number): string {
  const reach = px(reachPx);
  const whole = px(2 * reachPx);
  return points
    .map(
      ({ xPx, yPx }) =>
        `M${px(xPx)} ${px(yPx)}m-${reach}-${reach}l${whole} ${whole}m0-${whole}l-${whole} ${whole}`,
    )
    .join("");
}

/** A line through the points, interrupted where two of them are further apart than `breakPx`. */
export function brokenLine(points: readonly Point[], breakPx: number): string {
  let before: Point | undefined;
  return points
    .map((point) => {
      const joined = before !== undefined && point.xPx - before.xPx <= breakPx;
      before = point;
      return `${joined ? "L" : "M"}${px(point.xPx)} ${px(point.yPx)}`;
    })
    .join("");
}
