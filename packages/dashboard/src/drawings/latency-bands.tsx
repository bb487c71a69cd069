// How long the answered calls of each client took, before the fault and after it: median, the slowest
// hundredth, the longest.
import { Drawing, FONT, PLOT_LEFT, PLOT_RIGHT, round, Text, WIDTH } from "./frame.tsx";
import { decades, logScale, type Scale } from "./scale.ts";
import { fitText } from "./text.ts";
import { counted, milliseconds, roundLatency } from "./words.ts";

/** null where the client had no answered call. */
export interface LatencyBand {
  readonly medianMs: number;
  /** Of a hundred calls, one took longer. */
  readonly p99Ms: number;
  readonly longestMs: number;
}

export interface BandLane {
  readonly id: string;
  readonly before: LatencyBand | null;
  readonly after: LatencyBand | null;
}

export interface LatencyBandsProps {
  /** Unique in the page. */
  readonly id: string;
  readonly groups: readonly { readonly label: string; readonly lanes: readonly BandLane[] }[];
  /** Clients that are not among them, for want of room. */
  readonly leftOut?: number;
}

const LANE_HEIGHT = 20;
const BAR_HEIGHT = 6;
const AXIS_HEIGHT = 46;
const LANES_MAX = 40;
const LEAST_MS = 0.01;
const MOST_MS = 1e7;

const bounded = (ms: number): number => Math.min(MOST_MS, Math.max(LEAST_MS, ms));

export function LatencyBands({ id, groups, leftOut = 0 }: LatencyBandsProps) {
  const lanes = groups.flatMap((group) => group.lanes);
  const shown = lanes.slice(0, LANES_MAX);
  const left = lanes.length - shown.length + leftOut;
  const bottom = shown.length * LANE_HEIGHT + (left > 0 ? LANE_HEIGHT : 0) + 4;
  const ticks = ticksOf(shown);
  const [low = LEAST_MS] = ticks;
  const toX = logScale(low, ticks.at(-1) ?? MOST_MS, { fromPx: PLOT_LEFT, toPx: PLOT_RIGHT });
  return (
    <Drawing
      id={id}
      title="How long answered calls took, client by client"
      description={shown.map(laneSentence).join(" ")}
      height={bottom + AXIS_HEIGHT}
    >
      <path class="rule" d={ticks.map((ms) => `M${round(toX(ms))} 0V${bottom}`).join("")} />
      {ticks.map((ms) => (
        <Text key={ms} class="soft" x={toX(ms)} y={bottom + 15} anchor="middle">
          {roundLatency(ms)}
        </Text>
      ))}
      {shown.map((lane, index) => (
        <Lane key={lane.id} lane={lane} topPx={index * LANE_HEIGHT + 4} toX={toX} />
      ))}
      {left <= 0 ? null : (
        <Text class="soft" x={PLOT_LEFT} y={bottom - 6}>
          {`and ${counted(left, "more client")}, in the table`}
        </Text>
      )}
      <Legend topPx={bottom + 26} />
    </Drawing>
  );
}

function ticksOf(lanes: readonly BandLane[]): readonly number[] {
  const bands = lanes.flatMap(({ before, after }) => [before, after].filter((band) => band !== null));
  if (bands.length === 0) return decades(0.1, 1000);
  const low = Math.min(...bands.map(({ medianMs }) => bounded(medianMs)));
  return decades(low, Math.max(...bands.map(({ longestMs }) => bounded(longestMs))));
}

interface LaneProps {
  readonly lane: BandLane;
  readonly topPx: number;
  readonly toX: Scale;
}

function Lane({ lane, topPx, toX }: LaneProps) {
  const longest = Math.max(lane.before?.longestMs ?? 0, lane.after?.longestMs ?? 0);
  const figure = longest === 0 ? "no answered call" : `longest ${milliseconds(longest)}`;
  return (
    <g>
      <Text x={PLOT_LEFT - 12} y={topPx + 11} anchor="end">
        {fitText(lane.id, PLOT_LEFT - 32, FONT)}
      </Text>
      <Bar look="s0" band={lane.before} topPx={topPx} toX={toX} />
      <Bar look="s1" band={lane.after} topPx={topPx + BAR_HEIGHT + 2} toX={toX} />
      <Text class="soft" x={PLOT_RIGHT + 12} y={topPx + 11}>
        {fitText(figure, WIDTH - PLOT_RIGHT - 14, FONT)}
      </Text>
    </g>
  );
}

interface BarProps {
  readonly look: "s0" | "s1";
  readonly band: LatencyBand | null;
  readonly topPx: number;
  readonly toX: Scale;
}

function Bar({ look, band, topPx, toX }: BarProps) {
  if (band === null) return null;
  const fromPx = toX(band.medianMs);
  const width = Math.max(2, toX(band.p99Ms) - fromPx);
  const middle = topPx + BAR_HEIGHT / 2;
  return (
    <g class={look}>
      <path class="held" d={`M${round(fromPx)} ${middle}H${round(toX(band.longestMs))}m0-3v6`} />
      <rect class="solid" x={round(fromPx)} y={topPx} width={round(width)} height={BAR_HEIGHT} />
    </g>
  );
}

function Legend({ topPx }: { readonly topPx: number }) {
  const band = { medianMs: 1, p99Ms: 2, longestMs: 3 };
  const at =
    (leftPx: number): Scale =>
    (value) =>
      leftPx + (value - 1) * 16;
  return (
    <g>
      <Bar look="s0" band={band} topPx={topPx} toX={at(160)} />
      <Text x={204} y={topPx + 8}>
        before the fault
      </Text>
      <Bar look="s1" band={band} topPx={topPx} toX={at(344)} />
      <Text x={388} y={topPx + 8}>
        after it
      </Text>
      <Text class="soft" x={480} y={topPx + 8}>
        bar: median to the slowest hundredth, line: to the longest
      </Text>
    </g>
  );
}

function laneSentence({ id, before, after }: BandLane): string {
  const said = (band: LatencyBand | null) =>
    band === null
      ? "no answered call"
      : `median ${milliseconds(band.medianMs)}, 99 % within ${milliseconds(band.p99Ms)}, ` +
        `longest ${milliseconds(band.longestMs)}`;
  return `${id}: before the fault ${said(before)}; after it ${said(after)}.`;
}
