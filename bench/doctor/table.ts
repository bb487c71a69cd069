// What the runs took, as Markdown, beside what is promised. Pure.
import { median } from "../../packages/baton/src/drill/checkers/outage.ts";
import type { Conditions } from "../router/conditions.ts";
import { table } from "../router/tables.ts";
import type { Run } from "./measure.ts";

/** The contract of the JSON file: keys are only ever added. */
export interface DoctorBench {
  readonly conditions: Conditions;
  readonly files: number;
  readonly bytes: number;
  readonly clusters: number;
  readonly runs: readonly Run[];
}

/** Promised for 1,000 files on two cores. */
export const PROMISED = { files: 1000, medianMs: 2000, peakBytes: 300 * 2 ** 20 } as const;

const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(1);

function figuresOf(runs: readonly Run[], of: (run: Run) => number): readonly [number, number] {
  const values = runs.map(of);
  return [median(values) ?? 0, Math.max(...values)];
}

/** What was promised and not kept, as clauses; nothing for another number of files. */
export function brokenPromises({ files, runs }: DoctorBench): readonly string[] {
  if (files !== PROMISED.files) return [];
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

export function drawMarkdown(bench: DoctorBench): readonly string[] {
  const { conditions, files, bytes, clusters, runs } = bench;
  const { at, cpu, cores, kernel, node, loadAverage, warnings } = conditions;
  const [last] = runs.slice(-1);
  const row = (name: string, of: (run: Run) => number, shown: (value: number) => string) => [
    name,
    ...figuresOf(runs, of).map(shown),
  ];
  const whole = (value: number): string => value.toFixed(0);
  return [
    "# Doctor benchmark",
    "",
    `\`baton doctor\` over ${files} files of ${clusters} set-ups, ${mebibytes(bytes)} MB together, ` +
      `${runs.length} times, each time as a process of its own.`,
    "",
    `- ${at}; ${cpu}, ${cores} cores, Linux ${kernel}, Node ${node}, load average ${loadAverage}`,
    ...warnings.map((warning) => `- **Warning:** ${warning}`),
    `- ${last?.checkedFiles ?? 0} files read, ${last?.groups ?? 0} groups, ${last?.findings ?? 0} findings`,
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
    ...brokenPromises(bench).map((broken) => `**Not kept:** ${broken}`),
  ];
}
