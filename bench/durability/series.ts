// All rounds of one mode, one after the other in a lab of its own.
import { openDoors } from "../../packages/baton/src/drill/whole.ts";
import { BatonError } from "../../packages/baton/src/errors.ts";
import { startLab } from "../../packages/baton/src/lab/index.ts";
import { systemClock } from "../../packages/baton/src/sys/clock.ts";
import { CUT_OFF, type Drill, drills, STAYING } from "./drills.ts";
import { keepLogs } from "./evidence.ts";
import { type Row, type RoundResult, rowOf } from "./figures.ts";
import { playRound, type Stage } from "./round.ts";

export const MODES = ["replicated", "async"] as const;
type Mode = (typeof MODES)[number];

export interface SeriesOptions {
  readonly mode: Mode;
  /** How many rounds of each drill. */
  readonly wanted: Readonly<Record<Drill["id"], number>>;
  readonly clientsOfEachRouter: number;
  /** Where the logs of a round go that lost what must not be lost; a temporary folder without. */
  readonly out: string | undefined;
  readonly onProgress: (line: string) => void;
}

export interface SeriesResult {
  readonly mode: Mode;
  readonly rows: readonly Row[];
  readonly rounds: readonly RoundResult[];
  /** What went wrong with the rounds, in sentences. */
  readonly failures: readonly string[];
}

/** A cluster that does not become whole again will not by itself. */
const FAILED_IN_A_ROW_MAX = 3;

/**
 * The two labs differ in nothing else. Without an rpo Redis itself stops a primary that is cut off only
 * after ten seconds, later than any partition ends here.
 */
const clusterOf = (mode: Mode): string => `name: durability
objectives: { rto: 3s, rpo: none }
hosts:
  - { name: h1, address: 10.77.0.11, zone: a, runs: [redis, sentinel, agent] }
  - { name: h2, address: 10.77.0.12, zone: b, runs: [redis, sentinel, agent] }
  - { name: h3, address: 10.77.0.13, zone: c, runs: [redis, sentinel, agent] }
  - { name: ${STAYING}, address: 10.77.0.20, zone: a, runs: [router] }
  - { name: ${CUT_OFF}, address: 10.77.0.21, zone: b, runs: [router] }
router: { durability: ${mode} }
`;

function progressOf(round: RoundResult, wanted: number): string {
  const { number, drill, from, to, acknowledged, lost, acknowledgedCutOff, outageMs, tookMs } = round;
  const cutOff = drill === "partition" ? [`${acknowledgedCutOff} acknowledged while cut off`] : [];
  return [
    `${drill} ${number}/${wanted} ${from} to ${to ?? "nobody"}`,
    `${acknowledged} acknowledged`,
    round.isJudged ? `${lost} lost` : "not judged",
    ...cutOff,
    outageMs === null ? "no first write" : `first write after ${outageMs} ms`,
    `all of it ${(tookMs / 1_000).toFixed(1)} s`,
    ...round.reasons.map((reason) => `failed: ${reason}`),
  ].join("; ");
}

interface Course extends Pick<SeriesResult, "mode"> {
  readonly rounds: RoundResult[];
  readonly failures: string[];
}

/** Logs and journals are gone with the lab: of the first round that broke the promise they are kept. */
async function keepFirst({ mode, rounds, failures }: Course, stage: Stage, out: string | undefined) {
  const broken = rounds.filter(({ lost, ghosts }) => lost > 0 || ghosts > 0);
  if (mode !== "replicated" || broken.length !== 1 || rounds.at(-1) !== broken[0]) return;
  const round = rounds.at(-1);
  const folder = await keepLogs(stage.lab, out, { name: mode, round });
  failures.push(`the logs of ${round?.drill} ${round?.number} are kept in ${folder}`);
}

/** @returns whether it makes sense to go on. */
async function playDrill(
  options: SeriesOptions,
  { course, stage, drill }: { course: Course; stage: Stage; drill: Drill },
): Promise<boolean> {
  const { onProgress, out } = options;
  const wanted = options.wanted[drill.id];
  let failedInARow = 0;
  for (let number = 1; number <= wanted; number += 1) {
    let reasons: readonly string[];
    try {
      const round = await playRound(stage, drill, number);
      course.rounds.push(round);
      ({ reasons } = round);
      onProgress(progressOf(round, wanted));
      await keepFirst(course, stage, out);
    } catch (error) {
      if (stage.signal.aborted || !(error instanceof BatonError)) throw error;
      reasons = [error.message];
      onProgress(`${drill.id} ${number}/${wanted} was not played: ${error.message}`);
    }
    course.failures.push(...reasons.map((reason) => `${drill.id} ${number}: ${reason}`));
    failedInARow = reasons.length > 0 ? failedInARow + 1 : 0;
    if (failedInARow < FAILED_IN_A_ROW_MAX) continue;
    course.failures.push(`${drill.id}: given up after ${failedInARow} failed rounds in a row`);
    return false;
  }
  return true;
}

/** @throws BatonError as startLab does. The lab is gone then. */
export async function playSeries(options: SeriesOptions, signal: AbortSignal): Promise<SeriesResult> {
  const { mode, wanted, clientsOfEachRouter, onProgress } = options;
  const labOptions = { name: `bench-durability-${mode}`, clusterText: clusterOf(mode), wires: true };
  const lab = await startLab({ ...labOptions, signal, onProgress });
  try {
    const [group] = lab.layout.groups;
    if (group === undefined) throw new BatonError("UNABLE", `lab ${lab.name} has no group`);
    const doors = openDoors(lab, group);
    const course: Course = { mode, rounds: [], failures: [] };
    try {
      const stage = { lab, group, doors, clientsOfEachRouter, clock: systemClock, signal };
      for (const drill of drills) if (!(await playDrill(options, { course, stage, drill }))) break;
    } finally {
      doors.close();
    }
    const rows = drills.map(({ id, title }) =>
      rowOf({ drill: id, title, wanted: wanted[id] }, course.rounds),
    );
    return { ...course, rows };
  } finally {
    await lab.down();
  }
}
