// Many drills as one table: what each kind of client lived through in each fault. Pure.
import type { DrillResult } from "./types.ts";
import { awayMs, measured, printable } from "./report/words.ts";

export interface MatrixCell {
  /** The longest one of all runs and clients; null when a client was stuck or never wrote again. */
  readonly awayMs: number | null;
  /** Acknowledged writes, all runs together. */
  readonly lost: number;
  /** How often a client was stuck; null for clients that are not to write again. */
  readonly stuck: number | null;
  readonly runs: number;
}

export interface MatrixRow {
  readonly kind: string;
  /** In the order of `faults`; undefined where the kind took no part. */
  readonly cells: readonly (MatrixCell | undefined)[];
}

export interface Matrix {
  readonly faults: readonly string[];
  readonly rows: readonly MatrixRow[];
}

function cellOf(drills: readonly DrillResult[], kind: string): MatrixCell | undefined {
  const lived = drills.flatMap((drill) =>
    drill.clients.filter((client) => client.kind === kind).map((client) => ({ drill, client })),
  );
  if (lived.length === 0) return undefined;
  const isNeverStuck = lived.every(({ client }) => client.stuck === null);
  const away = lived.map(({ drill, client }) => (client.stuck === true ? null : awayMs(drill, client)));
  return {
    awayMs: away.includes(null) ? null : Math.max(...away.map((ms) => ms ?? 0)),
    lost: lived.reduce((total, { client }) => total + client.lost, 0),
    stuck: isNeverStuck ? null : lived.filter(({ client }) => client.stuck === true).length,
    runs: new Set(lived.map(({ drill }) => drill)).size,
  };
}

/** Faults and kinds in the order of the drills. */
export function matrixOf(drills: readonly DrillResult[]): Matrix {
  const faults = [...new Set(drills.map(({ fault }) => fault))];
  const kinds = [...new Set(drills.flatMap(({ clients }) => clients.map(({ kind }) => kind)))];
  const rows = kinds.map((kind) => ({
    kind,
    cells: faults.map((fault) => {
      const own = drills.filter((drill) => drill.fault === fault);
      return cellOf(own, kind);
    }),
  }));
  return { faults, rows };
}

/** "2.31 s / 0 / 0" */
function cellText(cell: MatrixCell | undefined): string {
  if (cell === undefined) return "-";
  const { lost, stuck } = cell;
  // Whoever keeps to an old address is not to come back: only what it lost is worth telling.
  if (stuck === null) return `- / ${lost} / -`;
  return `${cell.awayMs === null ? "never" : measured(cell.awayMs)} / ${lost} / ${stuck}`;
}

const NAME_CHARACTERS = 40;

/** A header, then one row a kind of client, as plain text. */
export function cellsOf({ faults, rows }: Matrix): readonly (readonly string[])[] {
  return [
    ["client", ...faults],
    ...rows.map(({ kind, cells }) => [printable(kind, NAME_CHARACTERS), ...cells.map(cellText)]),
  ];
}

/** What the three figures of a cell are. */
export function legendOf({ rows }: Matrix): string {
  const runs = Math.max(1, ...rows.flatMap(({ cells }) => cells.map((cell) => cell?.runs ?? 0)));
  const times = runs === 1 ? "one run" : `up to ${runs} runs`;
  const away = "longest outage (or gap, where the primary lived on)";
  return `${away} / acknowledged writes lost / times stuck, ${times} each`;
}

/** For documents: a table of GitHub's Markdown. */
export function matrixMarkdown(matrix: Matrix): string {
  const lines = cellsOf(matrix).map((cells) => `| ${cells.map(escaped).join(" | ")} |`);
  const [header = "", ...rows] = lines;
  const rule = `|${"---|".repeat(matrix.faults.length + 1)}`;
  return [header, rule, ...rows, "", `Each cell: ${legendOf(matrix)}.`].join("\n");
}

const escaped = (cell: string): string => cell.replaceAll("|", "\\|");
