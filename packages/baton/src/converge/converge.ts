// Brings what runs on one host in line with its files, step by step, as far as a phase goes.
import { writeFile, mkdir } from "node:fs/promises";
import { assert, BatonError } from "../errors.ts";
import { redisPlaces } from "../render/host/places.ts";
import { startBaton } from "./agent-steps.ts";
import { letIn } from "./foreign.ts";
import { lookAtHost } from "./facts.ts";
import { changeLive } from "./live.ts";
import { restartNode, startNode } from "./node-steps.ts";
import { obstaclesOf, type Phase, phasesOf, planOf, type Step, type UnitFacts } from "./plan.ts";
import { retire } from "./retire.ts";
import { restartSentinel, startSentinelUnit } from "./sentinel-steps.ts";
import { nodesOf, wantedUnits } from "./units.ts";
import type { Place } from "./watch.ts";

export interface ConvergeOptions extends Place {
  readonly clusterFile: string;
  /** Groups that have no data on any host: their first primary may start as one. */
  readonly newGroups: readonly string[];
}

export interface Done {
  readonly step: Step;
  /** A clause; undefined for a step that was left for a later phase. */
  readonly outcome: string | undefined;
}

/** @throws BatonError UNABLE for what must not be done; DISK */
export async function stepsNow(
  options: ConvergeOptions,
  signal: AbortSignal,
): Promise<{ readonly steps: readonly Step[]; readonly facts: readonly UnitFacts[] }> {
  const facts = await lookAtHost(options, signal);
  const obstacles = obstaclesOf(facts);
  if (obstacles.length > 0) throw new BatonError("UNABLE", obstacles.join("; "));
  return { steps: planOf(facts), facts };
}

function nodeStepOf({ unit, job }: Step, { layout, host }: Place) {
  assert(job.kind === "node", `${unit} is no node`);
  const found = nodesOf(layout, host).find(({ group }) => group.name === job.group);
  assert(found !== undefined, `${host} has no node of ${job.group}`);
  return { unit, ...found };
}

function sentinelOf({ layout, host }: Place) {
  const plan = layout.sentinels.find(({ id }) => id === host);
  assert(plan !== undefined, `${host} has no Sentinel`);
  return plan;
}

/** Whether it starts a node that a new group would begin with. */
export function isOfFirstPrimary({ kind, job }: Step, { layout, host }: Place): boolean {
  if (kind !== "start" || job.kind !== "node") return false;
  return layout.groups.some(
    ({ name, firstPrimary }) => name === job.group && firstPrimary.host === host,
  );
}

const isBootstrap = (step: Step, options: ConvergeOptions): boolean =>
  step.job.kind === "node" &&
  options.newGroups.includes(step.job.group) &&
  isOfFirstPrimary(step, options);

async function bootstrap(step: Step, options: ConvergeOptions, signal: AbortSignal): Promise<string> {
  const node = nodeStepOf(step, options);
  const { bootstrap: marker } = redisPlaces(node.group.name);
  await mkdir(marker.slice(0, marker.lastIndexOf("/")), { recursive: true, mode: 0o700 });
  await writeFile(marker, "", { mode: 0o600 });
  return `${await startNode(node, options, signal)}, the first primary of a new group`;
}

async function take(
  step: Step,
  phase: Phase,
  options: ConvergeOptions,
  facts: readonly UnitFacts[],
  signal: AbortSignal,
): Promise<string | undefined> {
  const { kind, unit, job } = step;
  if (kind === "stop") {
    const isActive = facts.some((one) => one.unit === unit && one.isActive);
    return await retire(unit, job, isActive, options, signal);
  }
  if (kind === "let-in") {
    const wanted = wantedUnits(options.layout, options.host).find((one) => one.unit === unit);
    assert(wanted !== undefined, `${unit} is wanted`);
    await letIn(wanted, step.foreign, options);
    return "lets Baton's users in";
  }
  if (kind === "accept" || kind === "forget" || kind === "set") {
    await changeLive(step, options, options.clusterFile);
    return "taken while it runs";
  }
  if (job.kind === "baton") return await startBaton(unit, kind, options, signal);
  if (job.kind === "sentinel") {
    const act = kind === "start" ? startSentinelUnit : restartSentinel;
    return await act(unit, sentinelOf(options), options, signal);
  }
  const node = nodeStepOf(step, options);
  if (kind === "start") return await startNode(node, options, signal);
  const foreign = kind === "restart" ? step.foreign : undefined;
  const how = { mayHandOver: phase === "primaries", foreign, signal };
  return await restartNode(node, options, how);
}

/** Looks anew at every call: what an earlier run has done is not done again. */
export async function converge(
  phase: Phase,
  options: ConvergeOptions,
  signal: AbortSignal,
): Promise<readonly Done[]> {
  const { steps, facts } = await stepsNow(options, signal);
  const done: Done[] = [];
  for (const step of steps) {
    signal.throwIfAborted();
    if (phase === "bootstrap") {
      if (isBootstrap(step, options))
        done.push({ step, outcome: await bootstrap(step, options, signal) });
      continue;
    }
    if (!phasesOf(step).includes(phase)) continue;
    options.say(`${step.kind} ${step.unit}: ${step.reason}`);
    done.push({ step, outcome: await take(step, phase, options, facts, signal) });
  }
  return done;
}
