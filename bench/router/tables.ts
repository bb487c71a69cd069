// The figures as Markdown: conditions first, then a table a load. Pure.
import type { Absent } from "./contestant.ts";
import type { Conditions } from "./conditions.ts";
import type { Row, Spread } from "./figures.ts";
import type { IdleResult } from "./idle.ts";
import type { OutageResult } from "./outages.ts";
import type { RaceResult } from "./speed.ts";

/** The contract of the JSON file: keys are only ever added. */
export interface RouterBench {
  readonly seed: number;
  readonly rounds: number;
  readonly secondsOfAMeasure: number;
  readonly isQuick: boolean;
  readonly conditions: Conditions;
  readonly speed?: RaceResult;
  readonly idle?: IdleResult;
  readonly durable?: RaceResult;
  readonly outages?: OutageResult;
}

const NOTHING = "-";
/** Of 1 000 000 bytes. */
const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);

export function table(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  const widths = heads.map((head, column) =>
    Math.max(3, head.length, ...rows.map((row) => (row[column] ?? "").length)),
  );
  const padded = (cell: string, at: number) =>
    at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0);
  const line = (cells: readonly string[]) => `| ${cells.map(padded).join(" | ")} |`;
  const rule = widths.map((width, at) => (at === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`));
  return [line(heads), line(rule), ...rows.map(line)];
}

function spread(value: Spread | null | undefined, digits: number): string {
  if (value === null || value === undefined) return NOTHING;
  const { min, median, max } = value;
  return `${median.toFixed(digits)} (${min.toFixed(digits)}-${max.toFixed(digits)})`;
}

const middle = (value: Spread | null | undefined, digits: number): string =>
  value === null || value === undefined ? NOTHING : value.median.toFixed(digits);

/** What a process said last stands at the end of a reason. */
function oneLine(reason: string): string {
  const lines = reason.split("\n");
  return lines.length === 1 ? reason : `${lines[0]} ${lines.at(-1)}`;
}

function absentLines(absent: readonly Absent[]): readonly string[] {
  return absent.map(({ title, reason }) => `- Not measured: ${title}: ${oneLine(reason)}`);
}

function raceRow(row: Row, title: string, baselines: readonly string[]): readonly string[] {
  const { operationsPerSecond, comparedTo, memory } = row;
  const part = (of: "min" | "median" | "max") =>
    operationsPerSecond === null ? NOTHING : String(Math.round(operationsPerSecond[of]));
  return [
    title,
    part("min"),
    part("median"),
    part("max"),
    ...baselines.map((id) => spread(comparedTo[id]?.throughputRatio, 2)),
    middle(row.p50Ms, 3),
    ...baselines.map((id) => middle(comparedTo[id]?.addedP50Ms, 3)),
    middle(row.p99Ms, 3),
    spread(row.cpuMicrosPerOperation, 1),
    ...(memory === null
      ? [NOTHING, NOTHING, NOTHING]
      : [memory.beforeBytes, memory.afterBytes, memory.peakBytes].map(megabytes)),
  ];
}

function raceLines(heading: string, result: RaceResult): readonly string[] {
  const { contestants, baselines } = result;
  const titleOf = (id: string) => contestants.find((one) => one.id === id)?.title ?? id;
  const heads = [
    "contestant",
    "op/s min",
    "median",
    "max",
    ...baselines.map((id) => `x ${titleOf(id)}`),
    "p50 ms",
    ...baselines.map((id) => `p50 over ${titleOf(id)}`),
    "p99 ms",
    "CPU us/op",
    "MB before",
    "after",
    "peak",
  ];
  const tables = result.loads.flatMap(({ title, rows }) => [
    `### ${title}`,
    "",
    ...table(
      heads,
      rows.map((row) => raceRow(row, titleOf(row.contestant), baselines)),
    ),
    "",
  ]);
  const failures = result.failures.map((one) => `- Failed: ${one}`);
  return [`## ${heading}`, "", ...tables, ...absentLines(result.absent), ...failures, ""];
}

function idleLines({ wanted, filesMax, rows, absent, failures }: IdleResult): readonly string[] {
  const heads = ["contestant", "sessions", "MB before", "with them", "after", "peak", "kB a session"];
  const cells = rows.map((row) => [
    row.title,
    String(row.opened - row.lost),
    ...[row.beforeBytes, row.withBytes, row.afterBytes, row.peakBytes].map(megabytes),
    ((row.withBytes - row.beforeBytes) / 1e3 / Math.max(1, row.opened)).toFixed(1),
  ]);
  const few = rows.some(({ opened }) => opened < wanted)
    ? [`- ${wanted} were wanted; a process may have ${filesMax} files open here, two for each session.`]
    : [];
  const reasons = rows.flatMap(({ title, reason }) =>
    reason === null ? [] : [`- ${title}: ${reason}`],
  );
  const failed = failures.map((one) => `- Failed: ${one}`);
  return [
    "## Idle sessions",
    "",
    ...table(heads, cells),
    "",
    ...few,
    ...reasons,
    ...absentLines(absent),
    ...failed,
    "",
  ];
}

function outageLines(result: OutageResult): readonly string[] {
  const { runs, clientsOfEachKind, paceMs, rows, absent, failures } = result;
  const counted = (errors: Readonly<Record<string, number>>) =>
    Object.entries(errors)
      .map(([name, count]) => `${count} ${name}`)
      .join(", ") || "none";
  const heads = [
    "contestant",
    "longest gap ms",
    "sent",
    "acknowledged",
    "lost",
    "duplicated",
    "not acknowledged",
  ];
  const cells = rows.map((row) => [
    row.title,
    spread(row.gapMs, 0),
    ...[row.sent, row.acknowledged, row.lost, row.duplicated].map(String),
    counted(row.errors),
  ]);
  return [
    `## Outages: kill -9 of the primary, ${runs} times`,
    "",
    `${clientsOfEachKind} clients of each kind, a write every ${paceMs} ms each, through the same failovers.`,
    "",
    ...table(heads, cells),
    "",
    ...absentLines(absent),
    ...failures.map((one) => `- Failed: ${one}`),
    "",
  ];
}

function conditionLines({ conditions, ...bench }: RouterBench): readonly string[] {
  const { at, cpu, cores, memoryBytes, kernel, node, redis, haproxy, loadAverage } = conditions;
  return [
    `- ${at}; seed ${bench.seed}, ${bench.rounds} rounds, ${bench.secondsOfAMeasure} s a measure`,
    `- ${cpu}, ${cores} cores, ${(memoryBytes / 1e9).toFixed(1)} GB, Linux ${kernel}`,
    `- Node ${node}, Redis ${redis}, HAProxy ${haproxy}`,
    `- load average ${loadAverage.toFixed(2)} before the start`,
    ...conditions.warnings.map((warning) => `- **Warning:** ${warning}`),
    ...(bench.isQuick ? ["- **Warning:** --quick: whether it runs, and no figure to believe"] : []),
  ];
}

export function drawMarkdown(bench: RouterBench): readonly string[] {
  const { speed, idle, durable, outages } = bench;
  const legend =
    "A cell with parentheses is the median over the rounds, and from the lowest to the highest; ratios " +
    "and differences are taken within a round. MB are of 1,000,000 bytes.";
  return [
    "# Router benchmark",
    "",
    ...conditionLines(bench),
    "",
    legend,
    "",
    ...(speed === undefined ? [] : raceLines("Speed", speed)),
    ...(idle === undefined ? [] : idleLines(idle)),
    ...(durable === undefined ? [] : raceLines("Writes that two replicas have", durable)),
    ...(outages === undefined ? [] : outageLines(outages)),
  ];
}
