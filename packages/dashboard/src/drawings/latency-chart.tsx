// How long every call took, over the whole run: the pause of a failover is a cliff in this picture.
import {
  Drawing,
  FaultLines,
  FaultShade,
  PLOT_LEFT,
  PLOT_RIGHT,
  round,
  Text,
  TimeAxis,
  timeAxisHeight,
  timeToPixels,
} from "./frame.tsx";
import {
  type Call,
  type CallSeries,
  countOf,
  LatencyLegend,
  legendHeight,
  lookOf,
} from "./latency-legend.tsx";
import { brokenLine, crossesPath, marksPath } from "./marks.ts";
import { decades, logScale, type TimeRange } from "./scale.ts";
import { type Point, thinCells, thinColumns } from "./thin.ts";
import { counted, milliseconds, roundLatency, seconds } from "./words.ts";

export interface LatencyChartProps {
  /** Unique in the page. */
  readonly id: string;
  readonly range: TimeRange;
  readonly cureAtMs: number | null;
  readonly objectiveMs: number;
  /** By look: the first one has the first colour and mark, and so on. At most 5 are told apart. */
  readonly series: readonly CallSeries[];
}

const TOP = 10;
const PLOT_HEIGHT = 260;
const COLUMN_PX = 2;
/** Marks of one outcome and series; with the columns this bounds the drawing to about 200 kB. */
const FAILURES_MAX = 600;
const LATENCY_LEAST_MS = 0.01;
const LATENCY_MOST_MS = 1e7;
const BREAK_PX = 12;
/**
 * A call is drawn with the time it waited when that is at least this wide: in a drill, the calls that
 * were held.
 */
const HELD_PX = 12;
const HELD_MAX = 300;

export function LatencyChart(props: LatencyChartProps) {
  const { id, range, cureAtMs, objectiveMs } = props;
  const shown = props.series.map(({ label, calls }) => ({
    label,
    calls: calls.filter((call) => call.sentAtMs >= range.fromMs && call.sentAtMs <= range.toMs),
  }));
  const bottomPx = TOP + Math.max(PLOT_HEIGHT, legendHeight(shown));
  const ticks = latencyTicks(shown);
  const low = ticks[0] ?? LATENCY_LEAST_MS;
  const high = ticks.at(-1) ?? LATENCY_MOST_MS;
  const toY = logScale(low, high, { fromPx: bottomPx, toPx: TOP });
  const toX = timeToPixels(range);
  const span = { range, cureAtMs, objectiveMs, topPx: TOP, bottomPx };
  const place = (call: Call): Point => ({ xPx: toX(call.sentAtMs), yPx: toY(call.latencyMs) });
  const endPx = (call: Call) => toX(Math.min(range.toMs, call.sentAtMs + call.latencyMs));
  return (
    <Drawing
      id={id}
      title="Latency of every call"
      description={describe(shown)}
      height={bottomPx + timeAxisHeight - 8}
    >
      <path
        class="rule"
        d={ticks.map((ms) => `M${PLOT_LEFT} ${round(toY(ms))}H${PLOT_RIGHT}`).join("")}
      />
      {ticks.map((ms) => (
        <Text key={ms} class="soft" x={PLOT_LEFT - 10} y={toY(ms) + 4} anchor="end">
          {roundLatency(ms)}
        </Text>
      ))}
      <TimeAxis range={range} topPx={TOP} bottomPx={bottomPx} />
      <FaultShade {...span} />
      <FaultLines {...span} />
      {shown.map((series, index) => (
        <Answered key={series.label} {...{ series, index, place, endPx }} />
      ))}
      {shown.map((series, index) => (
        <Unanswered key={series.label} {...{ series, index, place }} />
      ))}
      <LatencyLegend series={shown} topPx={TOP + 8} />
    </Drawing>
  );
}

interface SeriesProps {
  readonly series: CallSeries;
  readonly index: number;
  readonly place: (call: Call) => Point;
}

function Answered({
  series,
  index,
  place,
  endPx,
}: SeriesProps & { readonly endPx: (call: Call) => number }) {
  const answered = series.calls.filter((call) => call.outcome === "acknowledged");
  const isHeld = (call: Call) => endPx(call) - place(call).xPx >= HELD_PX;
  const { slowest } = thinColumns(answered.map(place), COLUMN_PX);
  const usual = answered.filter((call) => !isHeld(call));
  const { median } = thinColumns(usual.map(place), COLUMN_PX);
  const held = series.calls
    .filter((call) => call.outcome !== "lost" && isHeld(call))
    .sort((a, b) => b.latencyMs - a.latencyMs)
    .slice(0, HELD_MAX);
  const waits = held.map((call) => {
    const { xPx, yPx } = place(call);
    return `M${round(xPx)} ${round(yPx)}H${round(endPx(call))}m0-3v6`;
  });
  const answeredLate = held.filter((call) => call.outcome === "acknowledged").map(place);
  const { mark, drawnAs } = lookOf(index);
  return (
    <g class={lookOf(index).series}>
      <path class="median" d={brokenLine(median, BREAK_PX)} />
      <path class="held" d={waits.join("")} />
      <path class={drawnAs} d={marksPath([...slowest, ...answeredLate], mark)} />
    </g>
  );
}

/** Drawn after every answered call, so that no failure hides behind them. */
function Unanswered({ series, index, place }: SeriesProps) {
  const of = (outcome: Call["outcome"]) =>
    thinCells(series.calls.filter((call) => call.outcome === outcome).map(place), FAILURES_MAX);
  const lost = crossesPath(of("lost"), 4);
  return (
    <g class={lookOf(index).series}>
      <path class="failed" d={marksPath(of("failed"), "diamond")} />
      <path class="unknown" d={marksPath(of("unknown"), "square")} />
      <path class="lost-under" d={lost} />
      <path class="lost" d={lost} />
    </g>
  );
}

function latencyTicks(series: readonly CallSeries[]): readonly number[] {
  let low = LATENCY_MOST_MS;
  let high = LATENCY_LEAST_MS;
  for (const { calls } of series) {
    for (const { latencyMs } of calls) {
      low = Math.min(low, latencyMs);
      high = Math.max(high, latencyMs);
    }
  }
  if (low > high) return decades(0.1, 1000);
  const bounded = (ms: number) => Math.min(LATENCY_MOST_MS, Math.max(LATENCY_LEAST_MS, ms));
  return decades(bounded(low), bounded(high));
}

function describe(series: readonly CallSeries[]): string {
  const sentences = series.map((one) => {
    const slowest = one.calls.reduce<Call | undefined>(
      (worst, call) => (worst === undefined || call.latencyMs > worst.latencyMs ? call : worst),
      undefined,
    );
    const slow =
      slowest === undefined
        ? ""
        : ` The slowest took ${milliseconds(slowest.latencyMs)}, at ${seconds(slowest.sentAtMs)}.`;
    const outcomes = ["failed", "unknown", "lost"] as const;
    const failed = outcomes.map((outcome) => `${countOf(one.calls, outcome)} ${outcome}`).join(", ");
    return `${one.label}: ${counted(one.calls.length, "call")}, ${failed}.${slow}`;
  });
  const key = "Each mark is the slowest of the calls sent at about that time, the line their median.";
  return `${key} ${sentences.join(" ")}`;
}
