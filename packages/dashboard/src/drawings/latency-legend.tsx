// What the marks of the latency chart mean, with the number of each.
import { FONT, PLOT_RIGHT, Text, WIDTH } from "./frame.tsx";
import { crossesPath, type MarkShape, marksPath } from "./marks.ts";
import { fitText } from "./text.ts";
import type { Point } from "./thin.ts";

export interface Call {
  readonly sentAtMs: number;
  /** Until the answer or the error; for a call that never got either, until the end of the run. */
  readonly latencyMs: number;
  readonly outcome: "acknowledged" | "failed" | "unknown" | "lost";
}

export interface CallSeries {
  /** What the clients of the series have in common: "through the router". */
  readonly label: string;
  readonly calls: readonly Call[];
}

const SHAPES: readonly [MarkShape, ...MarkShape[]] = ["dot", "triangle", "square", "diamond", "bar"];
const ROW = 20;

interface Look {
  /** Class that sets the colour. */
  readonly series: string;
  readonly mark: MarkShape;
  /** Class of the marks of answered calls: some are strokes, some are areas. */
  readonly drawnAs: "dot" | "solid";
}

/** Colour and mark of the series at `index`; the sixth looks like the first. */
export function lookOf(index: number): Look {
  const place = index % SHAPES.length;
  const mark = SHAPES[place] ?? SHAPES[0];
  return { series: `s${place}`, mark, drawnAs: mark === "dot" || mark === "bar" ? "dot" : "solid" };
}

export function countOf(calls: readonly Call[], outcome: Call["outcome"]): number {
  return calls.reduce((sum, call) => sum + (call.outcome === outcome ? 1 : 0), 0);
}

interface LegendProps {
  readonly series: readonly CallSeries[];
  readonly topPx: number;
}

/** How much room the legend takes, from its top to below the last line. */
export const legendHeight = (series: readonly CallSeries[]): number =>
  Math.min(series.length, SHAPES.length) * (4 * ROW + 6) + ROW;

export function LatencyLegend({ series, topPx }: LegendProps) {
  const left = PLOT_RIGHT + 18;
  const lost = series.reduce((sum, { calls }) => sum + countOf(calls, "lost"), 0);
  const shown = series.slice(0, SHAPES.length);
  const lostPx = topPx + shown.length * (4 * ROW + 6);
  return (
    <g>
      {shown.map((one, index) => (
        <SeriesLegend key={one.label} series={one} index={index} topPx={topPx + index * (4 * ROW + 6)} />
      ))}
      <path class="lost" d={crossesPath([{ xPx: left, yPx: lostPx - 4 }], 4)} />
      <Text class={lost > 0 ? "strong" : "soft"} x={left + 12} y={lostPx}>
        {`${lost} lost afterwards`}
      </Text>
    </g>
  );
}

interface SeriesLegendProps {
  readonly series: CallSeries;
  readonly index: number;
  readonly topPx: number;
}

function SeriesLegend({ series: { label, calls }, index, topPx }: SeriesLegendProps) {
  const left = PLOT_RIGHT + 18;
  const { series, mark, drawnAs } = lookOf(index);
  const at = (row: number): readonly Point[] => [{ xPx: left, yPx: topPx + row * ROW - 4 }];
  const answered = countOf(calls, "acknowledged");
  const failed = countOf(calls, "failed");
  const unknown = countOf(calls, "unknown");
  return (
    <g class={series}>
      <Text class="strong" x={left - 6} y={topPx}>
        {fitText(label, WIDTH - left + 2, FONT, true)}
      </Text>
      <path class={drawnAs} d={marksPath(at(1), mark)} />
      <Text x={left + 12} y={topPx + ROW}>{`${answered} acknowledged`}</Text>
      <path class="failed" d={marksPath(at(2), "diamond")} />
      <Text
        class={failed > 0 ? "" : "soft"}
        x={left + 12}
        y={topPx + 2 * ROW}
      >{`${failed} failed`}</Text>
      <path class="unknown" d={marksPath(at(3), "square")} />
      <Text
        class={unknown > 0 ? "" : "soft"}
        x={left + 12}
        y={topPx + 3 * ROW}
      >{`${unknown} unknown`}</Text>
    </g>
  );
}
