// Starts and restarts Redis nodes of this host: one at a time, never a primary that could hand over first.
import { randomUUID } from "node:crypto";
import { hostNamed } from "../cluster/layout.ts";
import type { GroupPlan, NodePlan } from "../cluster/types.ts";
import { agree, isSame } from "../decide/agree.ts";
import { BatonError } from "../errors.ts";
import type { Observation } from "../observe/types.ts";
import { runSwitchover } from "../switchover/run.ts";
import type { Foreign } from "./foreign.ts";
import { startUnit, stopForGood } from "./systemd.ts";
import { type Place, watchUntil } from "./watch.ts";
import { troublesOf } from "./whole.ts";

/** A failover that is under way ends within this, or something is wrong. */
export const WHOLE_MS = 180_000;
/** A start waits for Sentinels and loads the data; then the replica copies what it has missed. */
const START_MS = 1_900_000;

export interface NodeStep {
  readonly unit: string;
  readonly group: GroupPlan;
  readonly node: NodePlan;
}

export async function untilWhole(
  place: Place,
  group: GroupPlan,
  options: {
    readonly exceptNode?: string;
    readonly exceptSentinel?: string;
    readonly withinMs: number;
    readonly signal: AbortSignal;
  },
): Promise<Observation> {
  const { exceptNode, exceptSentinel } = options;
  const judge = (observation: Observation) =>
    troublesOf({ group, observation, exceptNode, exceptSentinel });
  return await watchUntil("it is whole", group, place, judge, options);
}

const isAgreedPrimary = ({ views }: Observation, node: NodePlan): boolean => {
  const agreement = agree(views);
  return agreement.kind === "agreed" && isSame(agreement.primary, node);
};

/** Until the node is what the Sentinels say; others may be missing. */
async function untilInPlace(
  { group, node }: NodeStep,
  place: Place,
  signal: AbortSignal,
): Promise<void> {
  const judge = (observation: Observation): readonly string[] => {
    const view = observation.nodes.find((one) => one.node === node.id);
    if (view === undefined || view.kind === "silent") return [`${node.id} does not answer`];
    if (view.isLoading === true) return [`${node.id} is loading its data`];
    return view.kind === "replica" && view.link !== "connected"
      ? [`${node.id} copies from its primary (${view.link})`]
      : [];
  };
  const what = `${node.id} is in place`;
  await watchUntil(what, group, place, judge, { withinMs: START_MS, signal });
}

export async function startNode(step: NodeStep, place: Place, signal: AbortSignal): Promise<string> {
  await startUnit(step.unit, "start", START_MS, signal);
  await untilInPlace(step, place, signal);
  return `${step.node.id} runs`;
}

/** @throws BatonError UNABLE when nobody can take over. @returns a sentence */
export async function handOver(
  { group, node }: NodeStep,
  place: Place,
  signal: AbortSignal,
): Promise<string> {
  const { layout, host, secrets, clock, say } = place;
  say(`${group.name}: ${node.id} is primary: handing over first`);
  const result = await runSwitchover(
    {
      layout,
      group,
      secrets,
      clock,
      to: undefined,
      maxPauseMs: undefined,
      isDryRun: false,
      id: randomUUID(),
      sourceAddress: hostNamed(layout.cluster, host).address,
      onProgress: ({ step, state, sentence }) => {
        if (state === "failed") say(`${group.name}: switchover: ${step}: ${sentence}`);
      },
    },
    signal,
  );
  // Incomplete: the new primary serves, and what is left is waited for.
  if (result.outcome !== "done" && result.outcome !== "incomplete")
    throw new BatonError(
      "UNABLE",
      `${group.name}: ${node.id} is primary and cannot hand over: ${result.reason}`,
    );
  return `${result.to ?? "another node"} has taken over`;
}

export interface RestartOptions {
  readonly mayHandOver: boolean;
  /** What has to stop first; its data stays where it is, and is copied from the primary anew. */
  readonly foreign: Foreign | undefined;
  readonly signal: AbortSignal;
}

/** @returns undefined when it is primary, and `mayHandOver` says that others come first. */
export async function restartNode(
  step: NodeStep,
  place: Place,
  { mayHandOver, foreign, signal }: RestartOptions,
): Promise<string | undefined> {
  const { group, node, unit } = step;
  const waiting = { withinMs: WHOLE_MS, signal };
  const observation = await untilWhole(place, group, { exceptNode: node.id, ...waiting });
  let done = `${node.id} runs anew`;
  if (isAgreedPrimary(observation, node)) {
    if (!mayHandOver) return undefined;
    if (group.nodes.length === 1 && foreign !== undefined)
      throw new BatonError(
        "UNABLE",
        `${node.id} is the only node of ${group.name}: without a replica nobody keeps its data meanwhile`,
      );
    // A group of one node has nobody to hand over to.
    if (group.nodes.length > 1) {
      done = `${await handOver(step, place, signal)}, ${done}`;
      await untilWhole(place, group, waiting);
    }
  }
  if (foreign !== undefined) await stopForGood(foreign.unit, START_MS, signal);
  await startUnit(unit, "restart", START_MS, signal);
  await untilWhole(place, group, { withinMs: START_MS, signal });
  return done;
}
