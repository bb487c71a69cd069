// One lane a client: when its writes were acknowledged, how long they were not, and which were lost
// afterwards.
import { FONT, PLOT_LEFT, PLOT_RIGHT, round, Text, timeToPixels, WIDTH } from "./frame.tsx";
import { crossesPath } from "./marks.ts";
import type { TimeRange } from "./scale.ts";
import { flowing, usualPause } from "./spans.ts";
import { fitText, textWidth } from "./text.ts";
import { thinCells } from "./thin.ts";
import { counted, milliseconds } from "./words.ts";

export interface ClientLane {
  readonly id: string;
  /** From the fault to the first acknowledged write that survived; null when there was none. */
  readonly outageMs: number | null;
  /** When the acknowledgements of writes that survived came. */
  readonly acknowledgedAtMs: readonly number[];
  /** When acknowledgements of writes came that were not there afterwards. */
  readonly lostAtMs: readonly number[];
  readonly unknown: number;
  /** When writes flowed, where the single acknowledgements are not known any more. */
  readonly flowing?: readonly TimeRange[];
  /** When the outage began; with the fault (0) unless told. */
  readonly awayFromMs?: number;
  /** What stands beside the lane instead of how many writes were lost. */
  readonly figure?: string;
}

export const LANE_HEIGHT = 23;
const BAR_HEIGHT = 15;
const SPANS_MAX = 200;
const CROSSES_MAX = 150;
/** A pause that is drawn as one must be wider than this. */
const PAUSE_PX = 3;

interface LaneBarsProps {
  readonly lane: ClientLane;
  readonly range: TimeRange;
  readonly topPx: number;
  /** Id of the pattern that hatches an outage, so that it shows without colour. */
  readonly hatch: string;
}

const barTop = (topPx: number): number => topPx + (LANE_HEIGHT - BAR_HEIGHT) / 2;

function outageEnds(
  { outageMs, awayFromMs = 0 }: ClientLane,
  range: TimeRange,
): { readonly startPx: number; readonly endPx: number } {
  const toPx = timeToPixels(range);
  const startPx = toPx(Math.max(range.fromMs, awayFromMs));
  return { startPx, endPx: Math.max(startPx + 2, toPx(Math.min(range.toMs, outageMs ?? range.toMs))) };
}

export function LaneBars({ lane, range, topPx, hatch }: LaneBarsProps) {
  const toPx = timeToPixels(range);
  const bar = (fromPx: number, endPx: number) => {
    const width = round(Math.max(2, endPx - fromPx));
    return { x: round(fromPx), y: barTop(topPx), width, height: BAR_HEIGHT };
  };
  const { startPx, endPx } = outageEnds(lane, range);
  const outage = bar(startPx, endPx);
  return (
    <g>
      <rect class="track" {...bar(PLOT_LEFT, PLOT_RIGHT)} />
      {flows(lane, range).map((span) => (
        <rect class="flow" key={span.fromMs} {...bar(toPx(span.fromMs), toPx(span.toMs))} />
      ))}
      <rect class="outage" {...outage} />
      <rect fill={`url(#${hatch})`} {...outage} />
    </g>
  );
}

type LaneTextsProps = Omit<LaneBarsProps, "hatch">;

/** Name, figures and crosses: whatever must not be covered by the lines at fault, cure and objective. */
export function LaneTexts({ lane, range, topPx }: LaneTextsProps) {
  const toPx = timeToPixels(range);
  const textPx = barTop(topPx) + BAR_HEIGHT - 3;
  const crosses = lane.lostAtMs
    .filter((ms) => ms >= range.fromMs && ms <= range.toMs)
    .map((ms) => ({ xPx: toPx(ms), yPx: barTop(topPx) + BAR_HEIGHT / 2 }));
  const crossed = crossesPath(thinCells(crosses, CROSSES_MAX), 4);
  return (
    <g>
      <Text x={PLOT_LEFT - 12} y={textPx} anchor="end">
        {fitText(lane.id, PLOT_LEFT - 32, FONT)}
      </Text>
      <OutageLabel awayMs={awayMs(lane)} {...outageEnds(lane, range)} textPx={textPx} />
      {crossed === "" ? null : <path class="lost-under" d={crossed} />}
      {crossed === "" ? null : <path class="lost" d={crossed} />}
      <Text class={lane.lostAtMs.length > 0 ? "strong" : "soft"} x={PLOT_RIGHT + 12} y={textPx}>
        {fitText(laneFigures(lane), WIDTH - PLOT_RIGHT - 14, FONT, true)}
      </Text>
    </g>
  );
}

/** How long the client could not write; null when it never wrote again. */
const awayMs = ({ outageMs, awayFromMs = 0 }: ClientLane): number | null =>
  outageMs === null ? null : Math.max(0, outageMs - awayFromMs);

function laneFigures(lane: ClientLane): string {
  if (lane.figure !== undefined) return lane.figure;
  const unknown = lane.unknown > 0 ? ` · ${lane.unknown} unknown` : "";
  return `${lane.lostAtMs.length} lost${unknown}`;
}

function flows(lane: ClientLane, range: TimeRange): readonly TimeRange[] {
  if (lane.flowing !== undefined) {
    const { fromMs, toMs } = range;
    return lane.flowing
      .filter((span) => span.toMs >= fromMs && span.fromMs <= toMs)
      .map((span) => ({ fromMs: Math.max(fromMs, span.fromMs), toMs: Math.min(toMs, span.toMs) }))
      .slice(0, SPANS_MAX);
  }
  const shown = lane.acknowledgedAtMs.filter((ms) => ms >= range.fromMs && ms <= range.toMs);
  const leastMs = ((range.toMs - range.fromMs) / (PLOT_RIGHT - PLOT_LEFT)) * PAUSE_PX;
  return flowing(shown, usualPause(shown, leastMs), SPANS_MAX);
}

interface OutageLabelProps {
  readonly awayMs: number | null;
  readonly startPx: number;
  readonly endPx: number;
  readonly textPx: number;
}

/** Inside the gap where it fits, beside it where it does not. */
function OutageLabel({ awayMs, startPx, endPx, textPx }: OutageLabelProps) {
  const label = awayMs === null ? "never wrote again" : milliseconds(awayMs);
  const width = textWidth(label, FONT, true);
  if (width + 10 <= endPx - startPx) {
    return (
      <Text class="strong on-outage" x={(startPx + endPx) / 2} y={textPx} anchor="middle">
        {label}
      </Text>
    );
  }
  const fitsRight = endPx + 6 + width <= PLOT_RIGHT;
  return (
    <Text
      class="strong halo"
      x={fitsRight ? endPx + 6 : startPx - 6}
      y={textPx}
      anchor={fitsRight ? "start" : "end"}
    >
      {label}
    </Text>
  );
}

/** For the description that a screen reader speaks. */
export function laneSentence(lane: ClientLane): string {
  const outage =
    lane.outageMs === null ? "never wrote again" : `wrote again after ${milliseconds(lane.outageMs)}`;
  const figure = lane.figure ?? `${counted(lane.lostAtMs.length, "acknowledged write")} lost`;
  return `${lane.id} ${outage}, ${figure}.`;
}
