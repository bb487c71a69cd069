// The rounds of both modes as Markdown: a row a mode and drill. Pure.
import type { Conditions } from "../router/conditions.ts";
import { table } from "../router/tables.ts";
import { drills } from "./drills.ts";
import type { Row } from "./figures.ts";
import type { SeriesResult } from "./series.ts";

/** The contract of the JSON file: keys are only ever added. */
export interface DurabilityBench {
  readonly conditions: Conditions;
  readonly clientsOfEachRouter: number;
  readonly paceMs: number;
  readonly tookMs: number;
  readonly series: readonly SeriesResult[];
}

const HEADS = [
  "drill",
  "rounds",
  "failed",
  "acknowledged",
  "lost of them",
  "worst round",
  "rounds with a loss",
  "duplicated",
  "refused, yet there",
  "acknowledged while cut off",
  "first write after ms, median",
  "worst",
  "closed connections",
];

const cellsOf = (mode: string, row: Row): readonly string[] => [
  `${row.title}, ${mode}`,
  `${row.judged} of ${row.wanted}`,
  ...[row.failed, row.acknowledged, row.lost, row.lostWorst, row.roundsWithLoss].map(String),
  ...[row.duplicated, row.ghosts].map(String),
  row.drill === "partition" ? String(row.acknowledgedCutOff) : "-",
  ...(row.outageMs === null
    ? ["-", "-"]
    : [row.outageMs.median, row.outageMs.max].map((ms) => ms.toFixed(0))),
  String(row.closed),
];

const counted = (errors: Readonly<Record<string, number>>): string =>
  Object.entries(errors)
    .map(([name, count]) => `${count} ${name}`)
    .join(", ") || "none";

export function drawMarkdown(bench: DurabilityBench): readonly string[] {
  const { conditions, clientsOfEachRouter, paceMs, tookMs, series } = bench;
  const { at, cpu, cores, kernel, node, redis, loadAverage, warnings } = conditions;
  // Both modes of a drill below each other.
  const drilled = drills.flatMap(({ id }) =>
    series.flatMap(({ mode, rows }) =>
      rows.filter((row) => row.drill === id && row.wanted > 0).map((row) => ({ mode, row })),
    ),
  );
  return [
    "# Durability benchmark",
    "",
    `- ${at}; ${Math.round(tookMs / 60_000)} min, both modes at the same time`,
    `- ${cpu}, ${cores} cores, Linux ${kernel}; Node ${node}, Redis ${redis}`,
    `- load average ${loadAverage.toFixed(2)} before the start`,
    ...warnings.map((warning) => `- **Warning:** ${warning}`),
    `- ${clientsOfEachRouter} clients on each of two routers, a write every ${paceMs} ms each`,
    "",
    ...table(
      HEADS,
      drilled.map(({ mode, row }) => cellsOf(mode, row)),
    ),
    "",
    ...drilled.map(
      ({ mode, row }) => `- Not acknowledged, ${row.title}, ${mode}: ${counted(row.errors)}`,
    ),
    ...series.flatMap(({ mode, failures }) => failures.map((one) => `- Failed: ${mode}: ${one}`)),
    "",
  ];
}
