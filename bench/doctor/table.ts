// What the runs took, as Markdown, beside what is promised. Pure.
import { median } from "../../packages/baton/src/drill/measures/outage.ts";
import type { Conditions } from "../router/conditions.ts";
import { table } from "../router/tables.ts";
import type { Run } from "./measure.ts";

/** One tree of files, and what the runs over it took. */
export interface TreeBench {
  readonly name: string;
  /** Whether it is what the promise is about. */
  readonly isPromised: boolean;
  readonly files: number;
  readonly bytes: number;
  readonly clusters: number;
  readonly runs: readonly Run[];
}

/** The contract of the JSON file: keys are only ever added. */
export interface DoctorBench {
  readonly conditions: Conditions;
  readonly trees: readonly TreeBench[];
}

/** Promised for 1,000 configuration files on two cores; a repository holds code, too. */
export const PROMISED = { files: 1000, medianMs: 2000, peakBytes: 300 * 2 ** 20 } as const;

const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(1);

function figuresOf(runs: readonly Run[], of: (run: Run) => number): readonly [number, number] {
  const values = runs.map(of);
  return [median(values) ?? 0, Math.max(...values)];
}

/** What was promised and not kept, as clauses; nothing for another number of files. */
export function brokenPromises({ trees }: DoctorBench): readonly string[] {
  return trees
    .filter(({ isPromised, files }) => isPromised && files === PROMISED.files)
    .flatMap(({ runs }) => broken(runs));
}

function broken(runs: readonly Run[]): readonly string[] {
  const [tookMs] = figuresOf(runs, (run) => run.tookMs);
  const [, peakBytes] = figuresOf(runs, (run) => run.peakBytes);
  return [
    ...(tookMs > PROMISED.medianMs
      ? [`the median is ${tookMs.toFixed(0)} ms, promised are ${PROMISED.medianMs}`]
      : []),
    ...(peakBytes > PROMISED.peakBytes
      ? [`memory peaks at ${mebibytes(peakBytes)} MB, promised are ${mebibytes(PROMISED.peakBytes)}`]
      : []),
  ];
}

function treeLines({ name, files, bytes, clusters, runs }: TreeBench): readonly string[] {
  const [last] = runs.slice(-1);
  const row = (title: string, of: (run: Run) => number, shown: (value: number) => string) => [
    title,
    ...figuresOf(runs, of).map(shown),
  ];
  const whole = (value: number): string => value.toFixed(0);
  return [
    `## ${name}`,
    "",
    `${files} files of ${clusters} set-ups, ${mebibytes(bytes)} MB; ${last?.checkedFiles ?? 0} files read, ` +
      `${last?.groups ?? 0} groups, ${last?.findings ?? 0} findings`,
    "",
    ...table(
      ["", "median", "worst"],
      [
        row("time, ms", (run) => run.tookMs, whole),
        row("processor time, ms", (run) => run.cpuMs, whole),
        row("memory at its peak, MB", (run) => run.peakBytes, mebibytes),
      ],
    ),
    "",
  ];
}

export function drawMarkdown(bench: DoctorBench): readonly string[] {
  const { at, cpu, cores, kernel, node, loadAverage, warnings } = bench.conditions;
  const times = bench.trees[0]?.runs.length ?? 0;
  return [
    "# Doctor benchmark",
    "",
    `\`baton doctor\` over trees of files, ${times} times each, each time as a process of its own.`,
    "",
    `- ${at}; ${cpu}, ${cores} cores, Linux ${kernel}, Node ${node}, load average ${loadAverage}`,
    ...warnings.map((warning) => `- **Warning:** ${warning}`),
    "",
    ...bench.trees.flatMap(treeLines),
    ...brokenPromises(bench).map((clause) => `**Not kept:** ${clause}`),
  ];
}
