// The topmost lane of the timeline: a labelled flag for everything that Sentinels, nodes, router and
// drill did.
import { groupMarks, type Mark, type MarkGroup, stackFlags } from "./flags.ts";
import { FONT, PLOT_LEFT, PLOT_RIGHT, round, Text, timeToPixels, WIDTH } from "./frame.tsx";
import { marksPath } from "./marks.ts";
import type { TimeRange } from "./scale.ts";
import { fitText, textWidth } from "./text.ts";
import { seconds } from "./words.ts";

const ROW_HEIGHT = 18;
/** Labels beyond this number are left out; the earliest ones stay. */
const FLAGS_MAX = 24;
const FLAG_GAP = 8;
/** Marks of one name closer than this become one label. */
const GROUP_PX = 40;

export interface PlacedFlag {
  readonly name: string;
  readonly time: string;
  readonly look: "at-fault" | "at-cure" | "objective" | "lead";
  readonly ticksPx: readonly number[];
  readonly xPx: number;
  readonly widthPx: number;
  readonly row: number;
}

const LOOKS: Readonly<Record<string, PlacedFlag["look"]>> = {
  fault: "at-fault",
  cure: "at-cure",
  objective: "objective",
};

/** The objective is a label like the others, so that none can cover it. */
export function placeFlags(
  marks: readonly Mark[],
  objectiveMs: number,
  range: TimeRange,
): readonly PlacedFlag[] {
  const toPx = timeToPixels(range);
  const msPerPx = (range.toMs - range.fromMs) / (PLOT_RIGHT - PLOT_LEFT);
  const objective: Mark = { atMs: objectiveMs, event: "objective", who: "" };
  const inside = [...marks, objective].filter(({ atMs }) => atMs >= range.fromMs && atMs <= range.toMs);
  const flags = groupMarks(inside, GROUP_PX * msPerPx, FLAGS_MAX).map((group) => {
    const time = seconds(group.marks[0].atMs).replace("-", "−");
    const timeWidth = textWidth(` ${time}`, FONT);
    // A flag at the right end of the plot must still fit into the drawing.
    const name = fitText(flagName(group), WIDTH - PLOT_RIGHT - timeWidth - 8, FONT, true);
    const ticksPx = group.marks.map((mark) => toPx(mark.atMs));
    const xPx = toPx(group.marks[0].atMs);
    const look = LOOKS[group.event] ?? "lead";
    return { name, time, look, ticksPx, xPx, widthPx: 4 + textWidth(name, FONT, true) + timeWidth };
  });
  const rows = stackFlags(flags, FLAG_GAP);
  return flags.map((flag, index) => ({ ...flag, row: rows[index] ?? 0 }));
}

function flagName({ event, marks }: MarkGroup): string {
  return marks.length > 1 ? `${event} ×${marks.length}` : event;
}

/** Height that the flags need above the lane's line, at least one row. */
export function flagsHeight(flags: readonly PlacedFlag[]): number {
  return flags.reduce((height, flag) => Math.max(height, (flag.row + 1) * ROW_HEIGHT), ROW_HEIGHT);
}

interface ClusterLaneProps {
  readonly flags: readonly PlacedFlag[];
  /** Where the lowest row of flags ends. */
  readonly flagsEndPx: number;
  readonly baselinePx: number;
  readonly label?: string;
}

export function ClusterLane({ flags, baselinePx, flagsEndPx, label = "cluster" }: ClusterLaneProps) {
  const topOf = (flag: PlacedFlag) => flagsEndPx - (flag.row + 1) * ROW_HEIGHT;
  const dots = flags
    .filter((flag) => flag.look === "lead")
    .flatMap((flag) => flag.ticksPx.map((xPx) => ({ xPx, yPx: baselinePx })));
  return (
    <g>
      <Text class="strong" x={8} y={baselinePx + 4}>
        {label}
      </Text>
      <path class="rule" d={`M${PLOT_LEFT} ${baselinePx}H${PLOT_RIGHT}`} />
      {flags.map((flag) => (
        <g key={`${flag.name} ${flag.xPx}`}>
          <path class={flag.look} d={`M${round(flag.xPx)} ${topOf(flag)}V${baselinePx}`} />
          <Text x={flag.xPx + 4} y={topOf(flag) + 11}>
            <tspan class="strong">{flag.name}</tspan>
            <tspan class="soft">{` ${flag.time}`}</tspan>
          </Text>
        </g>
      ))}
      <path class="event" d={marksPath(dots, "dot")} />
    </g>
  );
}
