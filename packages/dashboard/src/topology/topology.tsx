// The topology of a group as a drawing: who is where, what each Sentinel names, who copies from whom, and
// where targets lead.
import { fitText, textWidth } from "../drawings/text.ts";
import { still } from "../parts/still.ts";
import type { GroupStatus } from "../wire/group.ts";
import { type Box, type Grid, gridFor, NARROW_BELOW_PX, type ZoneColumn } from "./grid.ts";
import { type Line, pathOf, routeOf } from "./lines.ts";
import { type Caption, describePicture, type Look, pictureOf, type Zones } from "./picture.ts";

const FONT_PX = 12;
const LINE_PX = 16;
const PAD_PX = 9;
const MARK_PX = 16;
const LEGEND_PX = 26;
/** In one line; in two where it is narrower. */
const LEGEND_FITS_PX = 700;

/** Marks of 12 by 12 pixels; each look has a shape of its own. */
const MARKS: Readonly<Record<Look, string>> = {
  primary: "M6 0L12 6L6 12L0 6Z",
  replica: "M6 1L11 6L6 11L1 6Z",
  watcher: "M6 1a5 5 0 1 0 .01 0ZM6 4.5a1.5 1.5 0 1 0 .01 0Z",
  target: "M1 3h6V0l5 6l-5 6V9H1Z",
  doubt: "M6 .5L12 11.5H0ZM6 4.5v3.2M6 9v.8",
  bad: "M1.5 1.5l9 9m0-9l-9 9",
};

interface TopologyProps {
  readonly group: GroupStatus;
  readonly zones: Zones;
  /** What there is for the drawing, in pixels. */
  readonly widthPx: number;
}

export const Topology = still(function Topology({ group, zones, widthPx }: TopologyProps) {
  const picture = pictureOf(group, zones);
  const grid = gridFor(picture.items, widthPx);
  const isNarrow = widthPx < NARROW_BELOW_PX;
  const isTight = grid.widthPx < LEGEND_FITS_PX;
  const legendPx = isTight ? 2 * LEGEND_PX : LEGEND_PX;
  const view = `0 0 ${grid.widthPx} ${grid.heightPx + legendPx}`;
  // Where many zones make it wider than the page it scrolls, and a keyboard must reach that.
  const isWide = grid.widthPx > widthPx;
  const scrolls = isWide ? { tabIndex: 0, role: "group" as const, "aria-label": "Topology" } : {};
  return (
    <div class={isWide ? "topology scrolls" : "topology"} {...scrolls}>
      <svg
        viewBox={view}
        width={grid.widthPx}
        height={grid.heightPx + legendPx}
        role="img"
        aria-labelledby="topology-title topology-description"
      >
        <title id="topology-title">Topology of {group.name}</title>
        <desc id="topology-description">{describePicture(group)}</desc>
        <Arrows />
        {grid.zones.map((zone) => (
          <Zone key={zone.name} zone={zone} endPx={grid.zonesEndPx} />
        ))}
        <Lines grid={grid} lines={picture.lines} />
        {[...grid.boxes.values()].map((box) => (
          <Process key={box.key} box={box} caption={picture.captions.get(box.key)} isNarrow={isNarrow} />
        ))}
        <Legend topPx={grid.heightPx} isTight={isTight} lines={picture.lines} />
      </svg>
    </div>
  );
});

function Arrows() {
  return (
    <defs>
      {["replicates", "leads", "names", "odd"].map((kind) => (
        <marker
          key={kind}
          id={`arrow-${kind}`}
          class={`arrow ${kind}`}
          viewBox="0 0 8 8"
          refX="7"
          refY="4"
          markerWidth="8"
          markerHeight="8"
          markerUnits="userSpaceOnUse"
          orient="auto"
        >
          <path d="M0 .5L8 4L0 7.5Z" />
        </marker>
      ))}
    </defs>
  );
}

function Zone({ zone, endPx }: { readonly zone: ZoneColumn; readonly endPx: number }) {
  return (
    <g class="zone">
      <rect x={zone.xPx} y={0} width={zone.widthPx} height={endPx} rx={10} />
      <text x={zone.xPx + 12} y={18}>
        {fitText(zone.name === "" ? "no zone" : `zone ${zone.name}`, zone.widthPx - 20, FONT_PX)}
      </text>
    </g>
  );
}

function Lines({ grid, lines }: { readonly grid: Grid; readonly lines: readonly Line[] }) {
  // What is odd is drawn last: it must not hide behind what is as it should be.
  const ordered = [...lines].sort((a, b) => Number(a.isOdd) - Number(b.isOdd));
  return (
    <g class="lines">
      {ordered.map((line) => {
        const points = routeOf(grid, line);
        if (points === undefined) return null;
        const arrow = line.isOdd ? "odd" : line.kind;
        return (
          <path
            key={`${line.kind} ${line.from} ${line.to}`}
            class={line.isOdd ? `${line.kind} odd` : line.kind}
            d={pathOf(points)}
            marker-end={`url(#arrow-${arrow})`}
          />
        );
      })}
    </g>
  );
}

interface ProcessProps {
  readonly box: Box;
  readonly caption: Caption | undefined;
  readonly isNarrow: boolean;
}

function Process({ box, caption, isNarrow }: ProcessProps) {
  if (caption === undefined) return null;
  const { xPx, yPx, widthPx, heightPx } = box;
  const { name, role, look, lines } = caption;
  const padPx = isNarrow ? PAD_PX - 2 : PAD_PX;
  const roomPx = widthPx - 2 * padPx;
  const rolePx = isNarrow ? 0 : Math.min(roomPx * 0.6, textWidth(role, FONT_PX) + 1);
  const shownRole = fitText(role, isNarrow ? roomPx : rolePx, FONT_PX);
  const shownName = fitText(name, roomPx - MARK_PX - 4 - rolePx, FONT_PX, true);
  const below = isNarrow ? [role, ...(caption.short ?? lines)] : lines;
  return (
    <g class={`process ${look}`} transform={`translate(${xPx} ${yPx})`}>
      <title>{`${role} ${name}: ${lines.filter((line) => line !== "").join(", ")}`}</title>
      <rect width={widthPx} height={heightPx} rx={8} />
      <path class="mark" d={MARKS[look]} transform={`translate(${padPx} 9)`} />
      <text class="name" x={padPx + MARK_PX + 2} y={19}>
        {shownName}
      </text>
      {isNarrow ? null : (
        <text class="role" x={widthPx - padPx} y={19} text-anchor="end">
          {shownRole}
        </text>
      )}
      {below.map((line, index) => (
        <text
          key={index}
          class={index === below.length - 1 ? "soft" : ""}
          x={padPx}
          y={20 + (index + 1) * LINE_PX}
        >
          {fitText(line, roomPx, FONT_PX)}
        </text>
      ))}
    </g>
  );
}

const LEGEND = [
  ["names", "a Sentinel names it"],
  ["replicates", "copies from it"],
  ["leads", "a target leads to it"],
  ["odd", "not as it should be"],
] as const;

interface LegendProps {
  readonly topPx: number;
  readonly isTight: boolean;
  readonly lines: readonly Line[];
}

/** Of the lines that are there. */
function Legend({ topPx, isTight, lines }: LegendProps) {
  const kinds = new Set(lines.map(({ isOdd, kind }) => (isOdd ? "odd" : kind)));
  const shown = LEGEND.filter(([kind]) => kinds.has(kind));
  return (
    <g class="legend lines">
      {shown.map(([kind, words], index) => {
        const xPx = isTight ? (index % 2) * 176 : index * 178;
        const yPx = topPx + 16 + (isTight ? Math.floor(index / 2) * 22 : 0);
        return (
          <g key={kind} transform={`translate(${xPx} ${yPx})`}>
            <path
              class={kind === "odd" ? "names odd" : kind}
              d="M2 -4H28"
              marker-end={`url(#arrow-${kind})`}
            />
            <text class="soft" x={34} y={0}>
              {words}
            </text>
          </g>
        );
      })}
    </g>
  );
}
