// The outage at a glance: what Sentinels and cluster did on top, and below, client by client, when
// writes flowed.
import { ClusterLane, flagsHeight, placeFlags } from "./cluster-lane.tsx";
import type { Mark } from "./flags.ts";
import {
  Drawing,
  FaultLines,
  FaultShade,
  FONT,
  PLOT_LEFT,
  PLOT_RIGHT,
  Text,
  TimeAxis,
  timeAxisHeight,
  WIDTH,
} from "./frame.tsx";
import { type ClientLane, LANE_HEIGHT, LaneBars, laneSentence, LaneTexts } from "./lanes.tsx";
import { crossesPath } from "./marks.ts";
import type { TimeRange } from "./scale.ts";
import { fitText } from "./text.ts";
import { counted, seconds } from "./words.ts";

export interface ClientGroup {
  /** What the clients of the group have in common: "through the router". */
  readonly label: string;
  /** One figure for all of them: "worst 2.31 s". */
  readonly figure: string;
  readonly lanes: readonly ClientLane[];
}

export interface OutageTimelineProps {
  /** Unique in the page. */
  readonly id: string;
  /** Must contain the fault (0). Marks outside are left out. */
  readonly range: TimeRange;
  /** null when the fault was still there at the end. */
  readonly cureAtMs: number | null;
  readonly objectiveMs: number;
  readonly marks: readonly Mark[];
  readonly groups: readonly ClientGroup[];
  /** Clients that are not among them, for want of room. */
  readonly leftOut?: number;
}

/** More clients than this are counted, not drawn. */
const LANES_MAX = 40;
const TOP = 6;
const CLUSTER_HEIGHT = 22;
const HEADING_HEIGHT = 24;
const LEGEND_HEIGHT = 22;

export function OutageTimeline(props: OutageTimelineProps) {
  const { id, range, marks, cureAtMs, objectiveMs } = props;
  const flags = placeFlags(marks, objectiveMs, range);
  const flagsEndPx = TOP + flagsHeight(flags);
  const clusterPx = flagsEndPx + CLUSTER_HEIGHT / 2;
  const { leftOut = 0 } = props;
  const placed = placeLanes(props.groups, flagsEndPx + CLUSTER_HEIGHT, leftOut);
  const { headings, lanes, left, endPx } = placed;
  const bottomPx = endPx + 6;
  const legendPx = bottomPx + timeAxisHeight + 8;
  const span = { range, cureAtMs, objectiveMs, topPx: clusterPx, bottomPx };
  return (
    <Drawing
      id={id}
      title="Timeline of the outage"
      description={describe(props)}
      height={legendPx + LEGEND_HEIGHT - 6}
    >
      <Hatch id={`${id}-hatch`} />
      <TimeAxis range={range} topPx={clusterPx} bottomPx={bottomPx} />
      <FaultShade {...span} />
      {lanes.map(({ lane, topPx }) => (
        <LaneBars key={lane.id} lane={lane} range={range} topPx={topPx} hatch={`${id}-hatch`} />
      ))}
      <FaultLines {...span} />
      <ClusterLane flags={flags} baselinePx={clusterPx} flagsEndPx={flagsEndPx} />
      {headings.map(({ group, topPx }) => (
        <Heading key={group.label} group={group} topPx={topPx} />
      ))}
      {lanes.map(({ lane, topPx }) => (
        <LaneTexts key={lane.id} lane={lane} range={range} topPx={topPx} />
      ))}
      {left === 0 ? null : (
        <Text class="soft halo" x={PLOT_LEFT} y={endPx - 6}>
          {`and ${counted(left, "more client")}, in the table`}
        </Text>
      )}
      <Legend id={id} topPx={legendPx} />
    </Drawing>
  );
}

function Hatch({ id }: { readonly id: string }) {
  return (
    <defs>
      <pattern id={id} width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <path class="hatch" d="M0 0V7" />
      </pattern>
    </defs>
  );
}

function Heading({ group, topPx }: { readonly group: ClientGroup; readonly topPx: number }) {
  return (
    <g>
      <Text class="strong" x={8} y={topPx + 17}>
        {fitText(group.label, PLOT_LEFT - 8, FONT, true)}
      </Text>
      <Text class="strong" x={PLOT_RIGHT + 12} y={topPx + 17}>
        {fitText(group.figure, WIDTH - PLOT_RIGHT - 14, FONT, true)}
      </Text>
    </g>
  );
}

interface PlacedLanes {
  readonly headings: readonly { readonly group: ClientGroup; readonly topPx: number }[];
  readonly lanes: readonly { readonly lane: ClientLane; readonly topPx: number }[];
  /** Clients for which there is no lane left. */
  readonly left: number;
  readonly endPx: number;
}

function placeLanes(groups: readonly ClientGroup[], topPx: number, leftOut: number): PlacedLanes {
  const headings: { group: ClientGroup; topPx: number }[] = [];
  const lanes: { lane: ClientLane; topPx: number }[] = [];
  let nextPx = topPx;
  let left = leftOut;
  for (const group of groups) {
    const shown = group.lanes.slice(0, Math.max(0, LANES_MAX - lanes.length));
    left += group.lanes.length - shown.length;
    if (shown.length === 0) continue;
    headings.push({ group, topPx: nextPx });
    nextPx += HEADING_HEIGHT;
    for (const lane of shown) {
      lanes.push({ lane, topPx: nextPx });
      nextPx += LANE_HEIGHT;
    }
  }
  return { headings, lanes, left, endPx: left === 0 ? nextPx : nextPx + HEADING_HEIGHT };
}

function Legend({ id, topPx }: { readonly id: string; readonly topPx: number }) {
  const box = { y: topPx - 1, width: 18, height: 11 };
  const textPx = topPx + 9;
  return (
    <g>
      <rect class="flow" x={160} {...box} />
      <Text x={184} y={textPx}>
        writes acknowledged
      </Text>
      <rect class="outage" x={340} {...box} />
      <rect fill={`url(#${id}-hatch)`} x={340} {...box} />
      <Text x={364} y={textPx}>
        outage
      </Text>
      <path class="lost" d={crossesPath([{ xPx: 446, yPx: topPx + 4.5 }], 4)} />
      <Text x={457} y={textPx}>
        acknowledged, then lost
      </Text>
      <rect class="shade" x={636} {...box} />
      <path class="at-fault" d={`M636 ${topPx - 3}v15`} />
      <path class="at-cure" d={`M654 ${topPx - 3}v15`} />
      <Text x={662} y={textPx}>
        fault to cure
      </Text>
      <path class="objective" d={`M776 ${topPx - 4}v18`} />
      <Text x={784} y={textPx}>
        objective (RTO)
      </Text>
    </g>
  );
}

function describe({ groups, marks, objectiveMs, cureAtMs }: OutageTimelineProps): string {
  const sentences = groups
    .flatMap(({ lanes }) => lanes)
    .slice(0, LANES_MAX)
    .map(laneSentence)
    .join(" ");
  const cure = cureAtMs === null ? "It was not cured." : `It was cured ${seconds(cureAtMs)} later.`;
  const events = counted(marks.length, "event");
  const facts = `The objective is ${seconds(objectiveMs)}. ${events} of the cluster.`;
  return `The fault is at 0 s. ${cure} ${facts} ${sentences}`;
}
