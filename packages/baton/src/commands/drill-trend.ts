// baton drill trend: earlier drills side by side, and whether the newest one is worse.
import { counted } from "../cluster/text.ts";
import { COMPARED, type EarlierRuns, earlierRuns } from "../drill/earlier-runs.ts";
import { measured } from "../drill/report/words.ts";
import { type Run, sparkline, type Trend, trendsOf } from "../drill/trend.ts";
import { EXIT } from "../errors.ts";
import { columnsOf } from "../status/columns.ts";
import type { Command, Context } from "./command.ts";
import { evidenceFolder } from "./drill-given.ts";
import { defaultRunFolder } from "./run-drill.ts";

const SPARK_CHARACTERS = 40;
const BROKEN_SHOWN = 10;

const figure = (ms: number | null): string => (ms === null ? "never" : measured(ms));

function rowOf({ startedAt, verdict, rtoMs, lost, acknowledged, ...run }: Run): readonly string[] {
  return [
    `  ${startedAt.replace(/T([\d:]+).*/, " $1")}`,
    verdict,
    figure(rtoMs),
    `${lost} of ${acknowledged} lost`,
    run.cluster,
    run.versions,
    `down-after ${Math.round(run.downAfterMs)} ms`,
  ];
}

function newestLine({ runs, newest }: Trend): string {
  const { comparedWith, medianMs, longerBy, isWorse } = newest;
  if (medianMs === null)
    return "  nothing to compare the newest with: no earlier run of this cluster with this down-after";
  const others = `the median of ${comparedWith} earlier ones (${measured(medianMs)})`;
  const took = figure(runs.at(-1)?.rtoMs ?? null);
  if (longerBy === null) return `  ${isWorse ? "WORSE: " : ""}the newest, ${took}, against ${others}`;
  const share = `${Math.round(Math.abs(longerBy) * 100)} % ${longerBy >= 0 ? "more" : "less"}`;
  return `  ${isWorse ? "WORSE: " : ""}the newest, ${took}, is ${share} than ${others}`;
}

function linesOf(trend: Trend, { terminal }: Context): readonly string[] {
  const { fault, runs, medianMs, worstMs } = trend;
  const spark = terminal.isInteractive ? `  ${sparkline(runs, SPARK_CHARACTERS)}` : "";
  const median = medianMs === null ? "none" : measured(medianMs);
  const head = `${fault}: median ${median}, worst ${figure(worstMs)}, ${counted(runs.length, "run")}${spark}`;
  return [head, ...columnsOf(runs.map(rowOf)), newestLine(trend), ""];
}

function tellBroken({ broken, skipped }: EarlierRuns, { terminal }: Context): void {
  for (const sentence of broken.slice(0, BROKEN_SHOWN)) terminal.note(`not read: ${sentence}`);
  const left = broken.length - BROKEN_SHOWN;
  if (left > 0) terminal.note(`not read: ${left} more`);
  if (skipped > 0) terminal.note(`not read: ${skipped} older runs`);
}

export const drillTrend: Command = {
  id: "drill trend",
  summary: "set earlier drills side by side, and say whether the newest one was slower",
  examples: [
    { line: "baton drill trend", remark: `all below baton-runs but ${COMPARED}` },
    { line: "baton drill trend --fault kill-primary --json", remark: "for programs" },
  ],
  options: [
    { flags: "--out <folder>", summary: "where the evidence is; baton-runs in this folder by default" },
    { flags: "--fault <fault>", summary: "this one alone" },
    { flags: "--json", summary: "machine-readable" },
  ],
  async run(given, context) {
    const { terminal, signal } = context;
    const { fault } = given;
    const wanted = typeof fault === "string" ? fault : undefined;
    const found = await earlierRuns(evidenceFolder(given) ?? defaultRunFolder(), {
      fault: wanted,
      signal,
    });
    const trends = trendsOf(found.runs);
    if (given["json"] === true) {
      const { broken, skipped } = found;
      terminal.out(JSON.stringify({ faults: trends, broken, skipped }, undefined, 2));
      return EXIT.fine;
    }
    for (const line of trends.flatMap((trend) => linesOf(trend, context))) terminal.out(line);
    if (trends.length === 0) terminal.out("no earlier drill was found: baton drill run FAULT makes one");
    tellBroken(found, context);
    return EXIT.fine;
  },
};
