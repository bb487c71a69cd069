// Panels of Grafana as plain objects, and how rows of them fill a page that is 24 columns wide.

/** What Grafana fills in: the chosen clusters and groups. */
export const CHOSEN = 'cluster=~"$cluster",group=~"$group"';
export const CHOSEN_CLUSTER = 'cluster=~"$cluster"';
/** As long as Grafana finds right for the page's width and the distance of two scrapes. */
export const RATE = "[$__rate_interval]";

/** What 99 % of the observations of a histogram were within. */
export const quantile = (metric: string): string =>
  `histogram_quantile(0.99, sum by (cluster, group, le) (rate(${metric}_bucket{${CHOSEN}}${RATE})))`;

const SOURCE = { type: "prometheus", uid: "${datasource}" } as const;
const COLUMNS = 24;

export interface Query {
  readonly expr: string;
  /** Name of a line; labels in {{ }}. */
  readonly legend: string;
}

export type Unit = "bytes" | "Bps" | "cps" | "dtdurations" | "none" | "ops" | "percentunit" | "s";

/** Colour from a value on; the first has none. */
export type Steps = readonly (readonly [number | null, "green" | "orange" | "red" | "blue"])[];

/** Of what is 1 as long as all is well. */
export const FINE_AT_ONE: Steps = [
  [null, "red"],
  [1, "green"],
];

interface Common {
  readonly title: string;
  /** A sentence behind the small i. */
  readonly about: string;
  readonly unit?: Unit;
  readonly queries: readonly Query[];
  /** Of 24 columns. */
  readonly width: number;
}

export type Panel =
  | (Common & { readonly kind: "stat"; readonly steps: Steps })
  | (Common & { readonly kind: "lines" })
  | (Common & { readonly kind: "states"; readonly steps: Steps })
  /** The newest values; the labels named are its columns, in that order. */
  | (Common & { readonly kind: "table"; readonly columns: Readonly<Record<string, string>> });

export interface Row {
  readonly title: string;
  readonly panels: readonly Panel[];
}

const TYPES = { stat: "stat", lines: "timeseries", states: "state-timeline", table: "table" } as const;
const HEIGHTS = { stat: 4, lines: 8, states: 8, table: 8 } as const;

function targetsOf({ kind, queries }: Panel): readonly object[] {
  const isInstant = kind === "table" || kind === "stat";
  return queries.map(({ expr, legend }, index) => ({
    refId: String.fromCharCode(65 + index),
    datasource: SOURCE,
    expr,
    legendFormat: legend,
    instant: isInstant,
    range: !isInstant,
    ...(kind === "table" && { format: "table" }),
  }));
}

function thresholdsOf(panel: Panel): object {
  const steps: Steps = "steps" in panel ? panel.steps : [[null, "green"]];
  return { mode: "absolute", steps: steps.map(([value, color]) => ({ color, value })) };
}

function optionsOf(panel: Panel): object {
  switch (panel.kind) {
    case "stat":
      return {
        colorMode: "background",
        graphMode: "none",
        reduceOptions: { calcs: ["lastNotNull"], fields: "", values: false },
        textMode: "auto",
      };
    case "lines":
      return {
        legend: { displayMode: "list", placement: "bottom", showLegend: true },
        tooltip: { mode: "multi", sort: "desc" },
      };
    case "states":
      return {
        mergeValues: true,
        showValue: "never",
        legend: { displayMode: "list", showLegend: true },
      };
    case "table":
      return { showHeader: true, cellHeight: "sm" };
  }
}

/** Only the columns that are named, and called as they are there. */
function transformationsOf(panel: Panel): readonly object[] {
  if (panel.kind !== "table") return [];
  const names = Object.keys(panel.columns);
  return [
    { id: "filterFieldsByName", options: { include: { names } } },
    {
      id: "organize",
      options: {
        renameByName: panel.columns,
        indexByName: Object.fromEntries(names.map((name, index) => [name, index])),
      },
    },
  ];
}

function panelAt(panel: Panel, id: number, x: number, y: number): object {
  const { kind, title, about, unit = "none", width } = panel;
  const custom = kind === "lines" ? { lineWidth: 1, fillOpacity: 10, showPoints: "never" } : {};
  return {
    id,
    type: TYPES[kind],
    title,
    description: about,
    datasource: SOURCE,
    gridPos: { h: HEIGHTS[kind], w: width, x, y },
    fieldConfig: {
      defaults: { unit, custom, thresholds: thresholdsOf(panel), color: colourOf(kind) },
      overrides: [],
    },
    options: optionsOf(panel),
    targets: targetsOf(panel),
    transformations: transformationsOf(panel),
  };
}

const colourOf = (kind: Panel["kind"]): object => ({
  mode: kind === "stat" || kind === "states" ? "thresholds" : "palette-classic",
});

/** From left to right, and on to the next line where a panel has no room any more. */
export function laidOut(rows: readonly Row[]): readonly object[] {
  const placed: object[] = [];
  let [x, y, lineHeight] = [0, 0, 0];
  const nextLine = (): void => {
    y += lineHeight;
    [x, lineHeight] = [0, 0];
  };
  for (const { title, panels } of rows) {
    nextLine();
    const id = placed.length + 1;
    const gridPos = { h: 1, w: COLUMNS, x, y };
    placed.push({ id, type: "row", title, collapsed: false, gridPos, panels: [] });
    y += 1;
    for (const panel of panels) {
      if (x + panel.width > COLUMNS) nextLine();
      placed.push(panelAt(panel, placed.length + 1, x, y));
      x += panel.width;
      lineHeight = Math.max(lineHeight, HEIGHTS[panel.kind]);
    }
  }
  return placed;
}
