// The drawings that the drill report and the live page share: pure components without any browser
// interface.
export type { Mark } from "./flags.ts";
export type { ClientLane } from "./lanes.tsx";
export {
  type BandLane,
  type LatencyBand,
  LatencyBands,
  type LatencyBandsProps,
} from "./latency-bands.tsx";
export { LatencyChart, type LatencyChartProps } from "./latency-chart.tsx";
export type { Call, CallSeries } from "./latency-legend.tsx";
export { type ClientGroup, OutageTimeline, type OutageTimelineProps } from "./outage-timeline.tsx";
export type { TimeRange } from "./scale.ts";
export { counted, milliseconds, seconds } from "./words.ts";
