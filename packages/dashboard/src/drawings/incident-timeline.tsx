// One failover, switchover or fence as lanes: who did what, how long after the first sign.
import { ClusterLane, flagsHeight, type PlacedFlag, placeFlags } from "./cluster-lane.tsx";
import type { Mark } from "./flags.ts";
import { Drawing, round, TimeAxis, timeAxisHeight, timeToPixels } from "./frame.tsx";
import type { TimeRange } from "./scale.ts";
import { counted, seconds } from "./words.ts";

export interface MarkLane {
  /** Who: "Sentinels", "agents". */
  readonly label: string;
  readonly marks: readonly Mark[];
}

export interface IncidentTimelineProps {
  /** Unique in the page. */
  readonly id: string;
  readonly title: string;
  /** Must contain the first sign (0). Marks outside are left out. */
  readonly range: TimeRange;
  /** When it was done; null when it was not. */
  readonly doneAtMs: number | null;
  readonly lanes: readonly MarkLane[];
}

const TOP = 6;
/** From the last row of flags to the line of the lane, and from there to the next lane. */
const TO_BASELINE = 11;
const TO_NEXT = 14;

interface PlacedLane {
  readonly lane: MarkLane;
  readonly flags: readonly PlacedFlag[];
  readonly flagsEndPx: number;
  readonly baselinePx: number;
}

function placeLanes(lanes: readonly MarkLane[], range: TimeRange): readonly PlacedLane[] {
  let nextPx = TOP;
  return lanes.map((lane) => {
    // There is no objective to mark: it lies beyond every range.
    const flags = placeFlags(lane.marks, Number.POSITIVE_INFINITY, range);
    const flagsEndPx = nextPx + flagsHeight(flags);
    const baselinePx = flagsEndPx + TO_BASELINE;
    nextPx = baselinePx + TO_NEXT;
    return { lane, flags, flagsEndPx, baselinePx };
  });
}

function describe({ lanes, doneAtMs }: IncidentTimelineProps): string {
  const done = doneAtMs === null ? "It was not done." : `It was done after ${seconds(doneAtMs)}.`;
  const told = lanes.map(({ label, marks }) => {
    const steps = marks.map(({ event, atMs }) => `${event} at ${seconds(atMs)}`).join(", ");
    return `${label}, ${counted(marks.length, "step")}: ${steps === "" ? "none" : steps}.`;
  });
  return [done, ...told].join(" ");
}

export function IncidentTimeline(props: IncidentTimelineProps) {
  const { id, title, range, doneAtMs } = props;
  const placed = placeLanes(props.lanes, range);
  const bottomPx = (placed.at(-1)?.baselinePx ?? TOP) + TO_NEXT;
  const toPx = timeToPixels(range);
  const fromPx = toPx(0);
  const endPx = toPx(Math.min(range.toMs, doneAtMs ?? range.toMs));
  const line = (px: number) => `M${round(px)} ${TOP}V${bottomPx}`;
  return (
    <Drawing id={id} title={title} description={describe(props)} height={bottomPx + timeAxisHeight}>
      <rect
        class="shade"
        x={round(fromPx)}
        y={TOP}
        width={round(Math.max(0, endPx - fromPx))}
        height={bottomPx - TOP}
      />
      <path class="at-fault" d={line(fromPx)} />
      {doneAtMs === null || doneAtMs > range.toMs ? null : <path class="at-cure" d={line(endPx)} />}
      <TimeAxis
        range={range}
        topPx={bottomPx - TO_NEXT}
        bottomPx={bottomPx}
        label="after the first sign"
      />
      {placed.map(({ lane, flags, flagsEndPx, baselinePx }) => (
        <ClusterLane
          key={lane.label}
          label={lane.label}
          flags={flags}
          flagsEndPx={flagsEndPx}
          baselinePx={baselinePx}
        />
      ))}
    </Drawing>
  );
}
