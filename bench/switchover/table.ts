// The figures of all variants side by side: a row a figure, a column a variant.
import { aligned } from "../../packages/baton/src/drill/report/terminal-text.ts";
import type { VariantResult } from "./figures.ts";

export interface Asked {
  readonly clients: number;
  readonly writesPerSecond: number;
}

const counted = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([name, count]) => `${count} ${name}`)
    .join(", ") || "none";

const ms = (value: number | null): string => (value === null ? "-" : `${Math.round(value)} ms`);

type Row = readonly [string, (result: VariantResult) => string];

const ROWS: readonly Row[] = [
  ["moves of the primary", ({ moves, wanted }) => `${moves.length} of ${wanted}`],
  ["outcomes", ({ outcomes }) => counted(outcomes)],
  ["acknowledged writes", ({ acknowledged }) => String(acknowledged)],
  ["lost of them", ({ lost }) => String(lost)],
  ["lost, worst move", ({ moves }) => String(Math.max(0, ...moves.map(({ lost }) => lost)))],
  [
    "stretch of time they come from, worst move",
    ({ moves }) => ms(Math.max(0, ...moves.map(({ lostWindowMs }) => lostWindowMs))),
  ],
  ["duplicated", ({ duplicated }) => String(duplicated)],
  ["refused, and there all the same", ({ ghosts }) => String(ghosts)],
  ["closed connections, worst client and move", ({ closedWorst }) => String(closedWorst)],
  ["gap of a client, median", ({ gapMedianMs }) => ms(gapMedianMs)],
  ["gap of a client, worst", ({ gapWorstMs }) => ms(gapWorstMs)],
  ["pause as Baton says, median", ({ pauseMedianMs }) => ms(pauseMedianMs)],
  ["pause as Baton says, worst", ({ pauseWorstMs }) => ms(pauseWorstMs)],
  ["full resyncs", ({ fullResyncs }) => String(fullResyncs)],
  ["writes per second, median", ({ writesPerSecond }) => String(writesPerSecond ?? "-")],
  ["the benchmark itself stood still, worst", ({ stalledWorstMs }) => ms(stalledWorstMs)],
];

/** A row for each class: in one cell they would make a column too wide for a terminal. */
function errorRows(results: readonly VariantResult[]): readonly Row[] {
  const classes = new Set(results.flatMap(({ errors }) => Object.keys(errors)));
  return [...classes]
    .sort()
    .map((name): Row => [`errors: ${name}`, ({ errors }) => String(errors[name] ?? 0)]);
}

export function drawTable(results: readonly VariantResult[], asked: Asked): readonly string[] {
  const heads = results.map((_, index) => `(${index + 1})`);
  const rows = [...ROWS, ...errorRows(results)].map(([label, cellOf]) => [
    label,
    ...results.map(cellOf),
  ]);
  return [
    `${asked.clients} clients, at least ${asked.writesPerSecond} writes per second asked for`,
    ...results.map(({ title }, index) => `(${index + 1}) ${title}`),
    "",
    ...aligned([["", ...heads], ...rows], [false, ...results.map(() => true)]),
    ...results.flatMap(({ findings }, index) => findings.map((one) => `(${index + 1}) ${one}`)),
  ];
}
