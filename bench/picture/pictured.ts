// What is kept of a drill for the picture on the first page of the docs.
import type { OutageTimelineProps } from "../../packages/dashboard/src/drawings/index.ts";

export interface Pictured {
  readonly fault: string;
  readonly verdict: string;
  /** ISO time of the fault, UTC. */
  readonly startedAt: string;
  readonly timeline: OutageTimelineProps;
}

const whole = (times: readonly number[]): number[] => times.map((ms) => Math.round(ms));

/** Whole milliseconds are finer than a pixel, and nothing is kept that the drawing does not use. */
export function rounded(timeline: OutageTimelineProps): OutageTimelineProps {
  const { range, cureAtMs, marks, groups } = timeline;
  return {
    ...timeline,
    range: { fromMs: Math.round(range.fromMs), toMs: Math.round(range.toMs) },
    cureAtMs: cureAtMs === null ? null : Math.round(cureAtMs),
    marks: marks.map(({ atMs, event, who }) => ({ atMs: Math.round(atMs), event, who })),
    groups: groups.map((group) => ({
      ...group,
      lanes: group.lanes.map(({ id, outageMs, acknowledgedAtMs, lostAtMs, unknown }) => ({
        id,
        outageMs: outageMs === null ? null : Math.round(outageMs),
        acknowledgedAtMs: whole(acknowledgedAtMs),
        lostAtMs: whole(lostAtMs),
        unknown,
      })),
    })),
  };
}
