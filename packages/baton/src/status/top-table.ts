// The table of `baton top`: which columns fit into a width, and what stands in each cell.
import { shortAge, shortBytes } from "./ages.ts";
import { clean, cut, widthOf } from "./cells.ts";
import { type Line, plain, type Span, type Tone } from "./spans.ts";
import type { Severity } from "./severity.ts";
import type { TopRow } from "./top-rows.ts";

interface Column {
  readonly head: string;
  /** Which is left out first when there is no room: the one with the highest number. 0: it always stays. */
  readonly dropped: number;
  readonly cellsMax: number;
  /** So wide even where nothing in it is: what stands beside it keeps its place. */
  readonly cellsMin?: number;
  /** A sentence: it takes what room is left, and gives way when that is too little. */
  readonly isSentence?: true;
  /** An empty text in every row: the column is left out, whatever the room. `at` is ISO 8601. */
  cell(row: TopRow, at: string): Span;
}

const TONES: Readonly<Record<Severity, Tone | undefined>> = {
  error: "bad",
  warning: "attention",
  info: undefined,
  fine: "faint",
};

const id = (row: TopRow, what: string): string => `${row.name}/top/${what}`;

/** "2/3": attention when not all are there. */
function share(row: TopRow, what: string, count: number, all: number): Span {
  if (all === 0) return plain("");
  const tone = count < all ? "attention" : undefined;
  return { text: `${count}/${all}`, tone, id: id(row, what) };
}

const ageOf = ({ routeSince }: TopRow, at: string): string =>
  routeSince === undefined ? "" : shortAge(Date.parse(at) - Date.parse(routeSince));

function lagOf({ lagBytesMax, replicas }: TopRow): string {
  if (lagBytesMax !== undefined) return shortBytes(lagBytesMax);
  return replicas > 0 ? "?" : "";
}

const columns: readonly Column[] = [
  {
    head: "",
    dropped: 0,
    cellsMax: 7,
    cellsMin: 7,
    cell: (row) => ({ text: row.severity, tone: TONES[row.severity], id: id(row, "severity") }),
  },
  { head: "group", dropped: 0, cellsMax: 32, cell: ({ name }) => ({ text: name, tone: "strong" }) },
  {
    head: "writes to",
    dropped: 0,
    cellsMax: 20,
    cell(row) {
      if (row.host === undefined) return { text: "no route", tone: "bad", id: id(row, "host") };
      const early = row.isConfirmed ? "" : " (early)";
      return {
        text: row.host + early,
        tone: early === "" ? undefined : "attention",
        id: id(row, "host"),
      };
    },
  },
  { head: "address", dropped: 9, cellsMax: 24, cell: ({ address }) => plain(address ?? "") },
  {
    head: "epoch",
    dropped: 7,
    cellsMax: 10,
    cell: (row) => ({ text: row.epoch === undefined ? "" : String(row.epoch), id: id(row, "epoch") }),
  },
  { head: "for", dropped: 8, cellsMax: 5, cell: (row, at) => plain(ageOf(row, at)) },
  {
    head: "heard",
    dropped: 3,
    cellsMax: 7,
    cell: (row) => share(row, "heard", row.heard, row.sentinels),
  },
  {
    head: "repl",
    dropped: 5,
    cellsMax: 7,
    cell: (row) => share(row, "replicas", row.connected, row.replicas),
  },
  {
    head: "lag",
    dropped: 4,
    cellsMax: 7,
    cell: (row) => plain(lagOf(row)),
  },
  {
    head: "targets",
    dropped: 6,
    cellsMax: 7,
    cell: (row) => share(row, "targets", row.targetsOk, row.targets),
  },
  {
    head: "",
    dropped: 2,
    cellsMax: 20,
    cell: (row) => ({ text: row.marks.join(" "), tone: "attention", id: id(row, "marks") }),
  },
  {
    head: "",
    dropped: 1,
    cellsMax: 1_000,
    isSentence: true,
    cell: ({ headline }) => plain(headline),
  },
];

/** A sentence of which less is seen says nothing. */
const SENTENCE_CELLS_MIN = 20;
/** What it gets before numbers have their place beside it. */
const sentenceCells = (width: number): number =>
  Math.max(SENTENCE_CELLS_MIN, Math.floor((width * 3) / 8));
/** Long names must not take the room of everything else. */
const nameCells = (width: number): number => Math.max(12, Math.floor(width / 4));
const GAP = 2;
/** "> " in front of the chosen row. */
const MARGIN = 2;

export interface Table {
  readonly head: Line;
  /** A row as it is drawn in this table. */
  line(row: TopRow, isChosen: boolean): Line;
}

interface Measured {
  readonly column: Column;
  readonly cells: number;
}

function measured(rows: readonly TopRow[], at: string, width: number): readonly Measured[] {
  return columns.flatMap((column) => {
    const { head, cellsMin = 0, cellsMax } = column;
    let widest = 0;
    for (const row of rows) widest = Math.max(widest, widthOf(clean(column.cell(row, at).text)));
    if (widest === 0) return [];
    const most = head === "group" ? Math.min(cellsMax, nameCells(width)) : cellsMax;
    return [{ column, cells: Math.min(most, Math.max(widest, head.length, cellsMin)) }];
  });
}

const isHeadline = ({ column }: Measured): boolean => column.isSentence === true;

/** Marks and the sentence are words, and come before all numbers. */
const isNumber = ({ column }: Measured): boolean => column.dropped > 2;

/** The columns that fit, the more important first. One that does not fit keeps out all that count less. */
function fitting(all: readonly Measured[], width: number): readonly Measured[] {
  const kept = new Set(all.filter(({ column }) => column.dropped === 0));
  let left = width - MARGIN + GAP;
  for (const one of kept) left -= one.cells + GAP;
  // Cells that the sentence has a claim to besides the fewest that it can do with.
  let claimed = 0;
  for (const one of [...all].sort((a, b) => a.column.dropped - b.column.dropped)) {
    if (kept.has(one)) continue;
    const least = isHeadline(one) ? Math.min(one.cells, SENTENCE_CELLS_MIN) : one.cells;
    const fits = least + GAP + (isNumber(one) ? claimed : 0) <= left;
    // Without room for a sentence there may still be room for a word.
    if (!fits && isNumber(one)) break;
    if (!fits) continue;
    kept.add(one);
    left -= least + GAP;
    if (isHeadline(one)) claimed = Math.min(one.cells, sentenceCells(width)) - least;
  }
  return all.filter((one) => kept.has(one));
}

/** Names give way where not even the columns that always stay have room. */
function squeezed(kept: readonly Measured[], width: number): readonly Measured[] {
  const needed = kept.reduce((sum, { cells }) => sum + GAP + cells, MARGIN - GAP);
  const tooMuch = needed - width;
  if (tooMuch <= 0 || kept.some(isHeadline)) return kept;
  return kept.map((one) =>
    one.column.head === "group" ? { ...one, cells: Math.max(4, one.cells - tooMuch) } : one,
  );
}

interface Fitted {
  readonly at: string;
  readonly width: number;
  readonly kept: readonly Measured[];
}

/** A thousand rows are measured once a look, and not at every key. */
const fittings = new WeakMap<readonly TopRow[], Fitted>();

function fittedTo(rows: readonly TopRow[], at: string, width: number): readonly Measured[] {
  const known = fittings.get(rows);
  if (known?.at === at && known.width === width) return known.kept;
  const kept = squeezed(fitting(measured(rows, at, width), width), width);
  fittings.set(rows, { at, width, kept });
  return kept;
}

/** The table of these rows in so many cells. Columns fit all rows, so that scrolling moves none. */
export function tableOf(rows: readonly TopRow[], at: string, width: number): Table {
  const kept = fittedTo(rows, at, width);
  const lineOf = (margin: string, cellOf: (column: Column) => Span): Line => [
    plain(margin.padEnd(MARGIN)),
    ...kept.flatMap(({ column, cells }, index) => {
      const span = cellOf(column);
      const text = cut(clean(span.text), cells);
      const gap = index === kept.length - 1 ? "" : " ".repeat(cells - widthOf(text) + GAP);
      return [{ ...span, text }, plain(gap)];
    }),
  ];
  return {
    head: lineOf("", ({ head }) => ({ text: head, tone: "faint" })),
    line: (row, isChosen) => lineOf(isChosen ? ">" : "", (column) => column.cell(row, at)),
  };
}

/** What every row says that may be news, whether or not it is seen. */
export function* newsOf(rows: readonly TopRow[]): Iterable<Line> {
  for (const row of rows) yield columns.map((column) => column.cell(row, ""));
}

/** For the help: what the heads of the columns mean. */
export const HEADS: readonly (readonly [string, string])[] = [
  ["writes to", "the host of the primary; (early): no majority has confirmed it yet"],
  ["epoch", "of that route: newer with every failover and switchover"],
  ["for", "how long the agent has held that route"],
  ["heard", "Sentinels that answer, of all"],
  ["repl", "replicas connected to the primary, of all that should be"],
  ["lag", "of the replica that is furthest behind"],
  ["targets", "places outside Redis that lead to the primary, of all"],
];
