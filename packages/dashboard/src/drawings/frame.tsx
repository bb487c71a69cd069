// What all drawings over time share: one geometry, so that drawings under each other line up, time axis
// and shading.
import { type ComponentChildren, createContext } from "preact";
import { type Scale, type TimeRange, timeScale, timeTicks } from "./scale.ts";
import { drawingStyle } from "./style.ts";
import { tickTime } from "./words.ts";

/** In pixels of the view box. Left of the plot stand names, right of it figures and the last labels. */
export const WIDTH = 1120;
export const PLOT_LEFT = 160;
export const PLOT_RIGHT = 940;
export const FONT = 12;
const TICKS_MAX = 12;
const AXIS_HEIGHT = 34;

export function timeToPixels(range: TimeRange): Scale {
  return timeScale(range, { fromPx: PLOT_LEFT, toPx: PLOT_RIGHT });
}

/**
 * Whether each drawing brings its style along. A page whose security policy forbids that has the style
 * itself, and says false.
 */
export const BringsStyle = createContext(true);

interface DrawingProps {
  /** Unique in the page: title and description are tied to the drawing by it. */
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly height: number;
  readonly children: ComponentChildren;
}

export function Drawing({ id, title, description, height, children }: DrawingProps) {
  return (
    <svg
      xmlns="http://www.w3.org/2000/svg"
      class="bd"
      id={id}
      viewBox={`0 0 ${WIDTH} ${height}`}
      role="img"
      aria-labelledby={`${id}-title ${id}-description`}
    >
      <title id={`${id}-title`}>{title}</title>
      <desc id={`${id}-description`}>{description}</desc>
      <BringsStyle.Consumer>
        {(isBrought) => (isBrought ? <style>{drawingStyle}</style> : null)}
      </BringsStyle.Consumer>
      {children}
    </svg>
  );
}

interface TextProps {
  readonly x: number;
  readonly y: number;
  readonly class?: string;
  readonly anchor?: "start" | "middle" | "end";
  readonly children: ComponentChildren;
}

/** Every text of a drawing has this one size, which the layout counts on. */
export function Text({ x, y, anchor = "start", children, class: look }: TextProps) {
  return (
    <text
      x={round(x)}
      y={round(y)}
      font-size={FONT}
      text-anchor={anchor}
      {...(look === undefined ? {} : { class: look })}
    >
      {children}
    </text>
  );
}

export const round = (px: number): number => Math.round(px * 10) / 10;

interface TimeAxisProps {
  readonly range: TimeRange;
  readonly topPx: number;
  readonly bottomPx: number;
  /** What zero is. */
  readonly label?: string;
}

/** Grid lines from top to bottom, and the times below. Takes `timeAxisHeight` below `bottomPx`. */
export function TimeAxis({ range, topPx, bottomPx, label = "after the fault" }: TimeAxisProps) {
  const toPx = timeToPixels(range);
  const ticks = timeTicks(range, TICKS_MAX);
  const stepMs = Math.abs((ticks[1] ?? 1000) - (ticks[0] ?? 0));
  return (
    <g>
      <path
        class="rule"
        d={ticks.map((ms) => `M${round(toPx(ms))} ${topPx}V${bottomPx + 4}`).join("")}
      />
      {ticks.map((ms) => (
        <Text key={ms} class="soft" x={toPx(ms)} y={bottomPx + 17} anchor="middle">
          {tickTime(ms, stepMs)}
        </Text>
      ))}
      <Text class="soft" x={PLOT_RIGHT + 34} y={bottomPx + 17}>
        {label}
      </Text>
    </g>
  );
}

export const timeAxisHeight = AXIS_HEIGHT;

interface FaultSpanProps {
  readonly range: TimeRange;
  readonly cureAtMs: number | null;
  readonly objectiveMs: number;
  readonly topPx: number;
  readonly bottomPx: number;
}

/** Shading from the fault (zero) to the cure or the end. */
export function FaultShade({ range, cureAtMs, topPx, bottomPx }: FaultSpanProps) {
  const toPx = timeToPixels(range);
  const fromPx = toPx(0);
  const width = toPx(Math.min(range.toMs, cureAtMs ?? range.toMs)) - fromPx;
  return (
    <rect
      class="shade"
      x={round(fromPx)}
      y={topPx}
      width={round(Math.max(0, width))}
      height={bottomPx - topPx}
    />
  );
}

/** Lines at fault, cure and objective, to be drawn above whatever they are compared with. */
export function FaultLines({ range, cureAtMs, objectiveMs, topPx, bottomPx }: FaultSpanProps) {
  const toPx = timeToPixels(range);
  const line = (ms: number) => `M${round(toPx(ms))} ${topPx}V${bottomPx}`;
  return (
    <g>
      <path class="at-fault" d={line(0)} />
      {cureAtMs === null || cureAtMs > range.toMs ? null : <path class="at-cure" d={line(cureAtMs)} />}
      {objectiveMs > range.toMs ? null : <path class="under" d={line(objectiveMs)} />}
      {objectiveMs > range.toMs ? null : <path class="objective" d={line(objectiveMs)} />}
    </g>
  );
}
