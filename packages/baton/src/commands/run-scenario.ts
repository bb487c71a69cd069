// baton drill run FILE: the faults of a scenario one after the other in one cluster, told step by step.
import { dirname, resolve } from "node:path";
import { createInterface } from "node:readline/promises";
import { type DrillOptions, runDrill } from "../drill/drill.ts";
import type { Fault } from "../drill/fault.ts";
import { checkedResult } from "../drill/report/index.ts";
import { rpoFigure, rtoFigure } from "../drill/report/words.ts";
import { writeRunFolder } from "../drill/run-folder.ts";
import { judgeStep, type Statement } from "../drill/scenario/judge.ts";
import { scenarioOrThrow } from "../drill/scenario/load.ts";
import type { Scenario, ScenarioStep } from "../drill/scenario/schema.ts";
import type { DrillResult } from "../drill/types.ts";
import { kindsIn, kindsOf, requireKinds } from "../drill/workload/asked.ts";
import { BatonError, EXIT } from "../errors.ts";
import type { LabHandle } from "../lab/index.ts";
import { readTextFile } from "../sys/files.ts";
import type { Context, Given } from "./command.ts";
import { evidenceFolder, faultNamed, paceOf } from "./drill-given.ts";
import { ownLab } from "./drill-place.ts";
import { refuseSaidTwice } from "./drill-run-given.ts";
import { secretReader } from "./secrets.ts";

const SCENARIO_BYTES_MAX = 256 * 1024;

interface Played {
  readonly title: string;
  readonly statements: readonly Statement[];
  readonly result: DrillResult;
}

/** @throws BatonError SCENARIO_FILE also for a file that is not there, or too long */
async function read(path: string): Promise<Scenario> {
  let text: string;
  try {
    text = await readTextFile(path, SCENARIO_BYTES_MAX);
  } catch (error) {
    if (!(error instanceof BatonError)) throw error;
    throw new BatonError("SCENARIO_FILE", error.message, { cause: error, details: error.details });
  }
  return scenarioOrThrow(text, path);
}

/** One cluster for all steps: it has what every one of them needs. */
function allNeeds(faults: readonly Fault[]): Pick<Fault, "needs"> {
  return { needs: [...new Set(faults.flatMap(({ needs }) => needs))] };
}

const kindsFor = (fault: Fault, { clients }: Scenario) =>
  kindsIn(fault, clients === undefined ? undefined : kindsOf(clients.join(",")));

/** Resolves when the person says so. */
async function untilEnter(line: string, signal: AbortSignal): Promise<void> {
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  try {
    await asking.question(line, { signal });
  } finally {
    asking.close();
  }
}

function tell({ title, tell: text }: ScenarioStep, place: string, { terminal }: Context): void {
  terminal.note("");
  terminal.note(`${place}: ${title}`);
  for (const line of (text ?? "").trimEnd().split("\n")) if (line !== "") terminal.note(`  ${line}`);
}

function show({ result, statements }: Played, { terminal }: Context): void {
  terminal.out(`  RTO  ${rtoFigure(result)}`);
  terminal.out(`  RPO  ${rpoFigure(result)}`);
  for (const { isMet, sentence } of statements) terminal.out(`  ${isMet ? "ok" : "NO"}  ${sentence}`);
}

function exitOf(played: readonly Played[]): number {
  const missed = played.filter(({ statements }) => statements.some(({ isMet }) => !isMet));
  if (missed.length === 0) return EXIT.fine;
  return missed.every(({ result }) => result.verdict === "unknown") ? EXIT.unknown : EXIT.findings;
}

/**
 * @returns 0 when every step came out as the file says, 4 where the others could not be measured, 1 otherwise
 * @throws BatonError SCENARIO_FILE, USAGE, and whatever a lab or a drill that cannot begin throws
 */
export async function runScenario(path: string, given: Given, context: Context): Promise<number> {
  const { terminal, signal } = context;
  const scenario = await read(path);
  refuseSaidTwice(given, scenario);
  const isStepping = given["step"] === true;
  if (isStepping && !process.stdin.isTTY)
    throw new BatonError("USAGE", "--step waits for Enter, and nobody sits at a terminal here");
  const faults = scenario.steps.map((step) => faultNamed(step.break));
  const kinds = new Set(faults.flatMap((fault) => kindsFor(fault, scenario)));
  await requireKinds([...kinds], signal);
  const cluster =
    scenario.cluster === undefined ? {} : { file: resolve(dirname(path), scenario.cluster) };
  const { durability } = scenario;
  const wanted = { ...given, ...cluster, ...(durability === undefined ? {} : { durability }) };
  terminal.note(`${scenario.name}: ${scenario.summary}`);
  const { lab } = await ownLab(wanted, allNeeds(faults), context);
  const played: Played[] = [];
  try {
    for (const [index, step] of scenario.steps.entries()) {
      const place = `step ${index + 1} of ${scenario.steps.length}`;
      tell(step, place, context);
      if (isStepping) await untilEnter("  Enter breaks it, Ctrl-C ends all: ", signal);
      const result = await playStep(step, { scenario, given, lab }, context);
      const one = { title: step.title, statements: judgeStep(step, result), result };
      played.push(one);
      if (given["json"] !== true) {
        terminal.out(`${place}: ${step.title} (${step.break})`);
        show(one, context);
      }
    }
  } finally {
    await lab.down();
  }
  if (given["json"] === true) {
    const steps = played.map((one) => ({ ...one, result: checkedResult(one.result) }));
    terminal.out(JSON.stringify({ scenario: scenario.name, steps }, undefined, 2));
  }
  return exitOf(played);
}

interface Setting {
  readonly scenario: Scenario;
  readonly given: Given;
  readonly lab: LabHandle;
}

async function playStep(step: ScenarioStep, { scenario, given, lab }: Setting, context: Context) {
  const { terminal, clock, signal, environment } = context;
  const fault = faultNamed(step.break);
  const options: DrillOptions = {
    lab,
    fault,
    clock,
    signal,
    kinds: kindsFor(fault, scenario),
    clientsOfEachKind: 1,
    staggerMs: 250,
    paceMs: paceOf(given),
    reads: given["reads"] === true,
    readSecret: secretReader(lab.clusterFile, environment),
    onProgress: (sentence) => terminal.note(`  ${sentence}`),
  };
  const [evidence, out] = [await runDrill(options), evidenceFolder(given)];
  if (out !== undefined) await writeRunFolder(out, evidence);
  return evidence.result;
}
