// Where every box of the topology stands: a column a zone, and from top to bottom Sentinels, nodes, targets.
// Nodes keep their place when roles change, so that a failover is seen as one. Pure.

export type Layer = "sentinel" | "node" | "target" | "shared";
const LAYERS: readonly Layer[] = ["sentinel", "node", "target", "shared"];

export interface Item {
  /** Unique in the drawing. */
  readonly key: string;
  readonly layer: Layer;
  /** Of a shared target it says nothing: it belongs to no zone. */
  readonly zone: string;
}

export interface Box {
  readonly key: string;
  readonly layer: Layer;
  /** Counted over all layers, from the top. */
  readonly row: number;
  readonly xPx: number;
  readonly yPx: number;
  readonly widthPx: number;
  readonly heightPx: number;
  /** Where the lane for lines left of the box begins. */
  readonly gutterPx: number;
}

export interface ZoneColumn {
  readonly name: string;
  readonly xPx: number;
  readonly widthPx: number;
}

export interface Grid {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly zones: readonly ZoneColumn[];
  /** Down to where the zones' columns reach; shared targets stand below. */
  readonly zonesEndPx: number;
  readonly boxes: ReadonlyMap<string, Box>;
  /** By row: the top and the bottom of the space below it, in which lines may run. */
  readonly spaces: readonly { readonly topPx: number; readonly bottomPx: number }[];
}

interface Sizes {
  readonly boxLeastPx: number;
  readonly boxMostPx: number;
  readonly boxHeightPx: number;
  /** Of a zone's column, right of its last box. */
  readonly zonePadPx: number;
}

const WIDE: Sizes = { boxLeastPx: 150, boxMostPx: 236, boxHeightPx: 60, zonePadPx: 10 };
const NARROW: Sizes = { boxLeastPx: 92, boxMostPx: 200, boxHeightPx: 74, zonePadPx: 4 };
/** Narrower than this, and boxes are narrow, too, with one more line of text. */
export const NARROW_BELOW_PX = 560;

export const GUTTER_PX = 14;
const ZONE_GAP_PX = 6;
const ZONE_LABEL_PX = 28;
/** Between two rows: three lanes of lines fit. */
const SPACE_PX = 34;
const END_PX = 12;

const groupBy = <T>(
  items: readonly T[],
  keyOf: (item: T) => string,
): ReadonlyMap<string, readonly T[]> => {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const there = groups.get(keyOf(item));
    if (there === undefined) groups.set(keyOf(item), [item]);
    else there.push(item);
  }
  return groups;
};

interface Columns {
  readonly zones: readonly ZoneColumn[];
  readonly widthPx: number;
  /** How many boxes stand side by side in a zone. */
  readonly besides: number;
  readonly cellPx: number;
}

function columnsFor(items: readonly Item[], widthPx: number, sizes: Sizes): Columns {
  const zoned = items.filter(({ layer }) => layer !== "shared");
  const names = [...new Set(zoned.map(({ zone }) => zone))].sort();
  const count = Math.max(1, names.length);
  const leastPx = sizes.boxLeastPx + GUTTER_PX + sizes.zonePadPx;
  const zonePx = Math.max(leastPx, Math.floor((widthPx - (count - 1) * ZONE_GAP_PX) / count));
  const crowd = Math.max(
    1,
    ...[...groupBy(zoned, ({ layer, zone }) => `${layer} ${zone}`).values()].map((all) => all.length),
  );
  const fitting = Math.floor((zonePx - sizes.zonePadPx) / (sizes.boxLeastPx + GUTTER_PX));
  const besides = Math.max(1, Math.min(crowd, fitting));
  const zones = (names.length === 0 ? [""] : names).map((name, index) => ({
    name,
    xPx: index * (zonePx + ZONE_GAP_PX),
    widthPx: zonePx,
  }));
  const cellPx = (zonePx - sizes.zonePadPx) / besides;
  return { zones, besides, cellPx, widthPx: count * zonePx + (count - 1) * ZONE_GAP_PX };
}

/** Column and row, within its layer, of each item. */
function cellsOf(items: readonly Item[], layer: Layer, { zones, besides }: Columns) {
  const own = items.filter((item) => item.layer === layer);
  if (layer === "shared") {
    const across = zones.length * besides;
    return own.map((item, index) => ({
      item,
      zone: Math.floor((index % across) / besides),
      beside: index % besides,
      row: Math.floor(index / across),
    }));
  }
  return [...groupBy(own, ({ zone }) => zone)].flatMap(([name, all]) =>
    all.map((item, index) => ({
      item,
      zone: zones.findIndex((zone) => zone.name === name),
      beside: index % besides,
      row: Math.floor(index / besides),
    })),
  );
}

/**
 * `widthPx` is what there is; with many zones the grid is wider, and never narrower. Boxes never overlap, and
 * between rows and left of every box there is room for lines.
 */
export function gridFor(items: readonly Item[], widthPx: number): Grid {
  const sizes = widthPx < NARROW_BELOW_PX ? NARROW : WIDE;
  const columns = columnsFor(items, widthPx, sizes);
  const boxes = new Map<string, Box>();
  const spaces: { topPx: number; bottomPx: number }[] = [];
  let nextPx = ZONE_LABEL_PX;
  let zonesEndPx = nextPx;
  for (const layer of LAYERS) {
    const cells = cellsOf(items, layer, columns);
    const rowsBefore = spaces.length;
    const rows = cells.reduce((most, { row }) => Math.max(most, row + 1), 0);
    const rowPx = (row: number) => nextPx + row * (sizes.boxHeightPx + SPACE_PX);
    for (const { item, zone, beside, row } of cells) {
      const gutterPx = (columns.zones[zone]?.xPx ?? 0) + beside * columns.cellPx;
      const roomPx = columns.cellPx - GUTTER_PX;
      const boxPx = Math.min(sizes.boxMostPx, roomPx);
      const xPx = gutterPx + GUTTER_PX + (roomPx - boxPx) / 2;
      const place = { xPx, yPx: rowPx(row), widthPx: boxPx, heightPx: sizes.boxHeightPx, gutterPx };
      boxes.set(item.key, { key: item.key, layer, row: rowsBefore + row, ...place });
    }
    for (let row = 0; row < rows; row += 1) {
      const topPx = rowPx(row) + sizes.boxHeightPx;
      spaces.push({ topPx, bottomPx: topPx + SPACE_PX });
    }
    nextPx = rowPx(rows);
    if (layer !== "shared") zonesEndPx = nextPx - (nextPx > ZONE_LABEL_PX ? END_PX : 0);
  }
  return { widthPx: columns.widthPx, heightPx: nextPx, zones: columns.zones, zonesEndPx, boxes, spaces };
}
