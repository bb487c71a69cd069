// Named problems of a group: what a person on call should know, whether or not anything is done
// about it.
import type { Endpoint, GroupPlan, Layout } from "../cluster/types.ts";
import type { NodeView, Observation, Pause } from "../observe/types.ts";
import {
  type Agreement,
  agree,
  endpointText,
  type HeardView,
  heardViews,
  isSame,
  nodeAt,
} from "./agree.ts";
import type { Moving } from "./handover.ts";
import { linkWords } from "./links.ts";
import { rebornEmpty } from "./reborn.ts";
import { wrongSettings } from "./sentinel-settings.ts";
import type { Confirmations, Doubt, Memory, Problem, ProblemCode, Route } from "./types.ts";

interface Findings {
  readonly layout: Layout;
  readonly group: GroupPlan;
  readonly observation: Observation;
  readonly route: Route;
  readonly memory: Memory;
  readonly doubts: readonly Doubt[];
  readonly confirmations: Confirmations;
  readonly pause?: Pause;
  readonly moving?: Moving;
}

const problem = (severity: Problem["severity"], code: ProblemCode, message: string): Problem => ({
  code,
  severity,
  message,
});

function* aboutSentinels({ observation }: Findings, heard: readonly HeardView[]): Iterable<Problem> {
  for (const view of observation.views) {
    if (view.kind === "heard" || view.isRefused) continue;
    yield problem(
      "warning",
      "sentinel-silent",
      `the Sentinel on ${view.sentinel} does not answer: ${view.reason}`,
    );
  }
  for (const view of heard) {
    if (!view.tilt) continue;
    yield problem(
      "warning",
      "sentinel-tilt",
      `the Sentinel on ${view.sentinel} is in TILT: it watches, and does nothing`,
    );
  }
}

/** Somebody who is there and lets us not in is no reason to call anything down: the fault is ours. */
function* aboutRefusals({ observation }: Findings): Iterable<Problem> {
  const refusals = [...observation.views, ...observation.nodes].flatMap((view) =>
    view.kind === "silent" && view.isRefused ? [view] : [],
  );
  const [first] = refusals;
  if (first === undefined) return;
  const who = refusals.map((view) =>
    "sentinel" in view ? `Sentinel ${view.sentinel}` : `node ${view.node}`,
  );
  const message = `refused by ${who.join(", ")}: ${first.reason}`;
  yield problem("error", "observer-refused", message);
}

function* aboutSettings({ group }: Findings, heard: readonly HeardView[]): Iterable<Problem> {
  for (const view of heard) {
    const wrong = wrongSettings(view, group.timings);
    if (wrong.length === 0) continue;
    const said = wrong.map(({ name, is, wanted }) => `${name} ${is} instead of ${wanted}`).join(", ");
    yield problem(
      "warning",
      "sentinel-settings-differ",
      `the Sentinel on ${view.sentinel} runs with ${said}`,
    );
  }
}

function* aboutAgreement(
  findings: Findings,
  agreement: Agreement,
  heard: readonly HeardView[],
): Iterable<Problem> {
  const { observation, memory } = findings;
  if (agreement.kind === "silent") {
    const { heard: count, needed } = agreement;
    const said = `${count} of ${observation.views.length} Sentinels answer and ${needed} are needed`;
    yield problem(
      "error",
      "sentinels-silent",
      `${said}: no failover can happen, or this observer is cut off`,
    );
    return;
  }
  if (agreement.kind === "split") {
    yield problem(
      "error",
      "sentinels-split",
      `the Sentinels name different primaries: ${agreement.sentence}`,
    );
    return;
  }
  for (const view of heard) {
    if (isSame(view.primary, agreement.primary)) continue;
    const named = endpointText(view.primary);
    const message = `the Sentinel on ${view.sentinel} names ${named}, the majority does not`;
    yield problem("warning", "sentinels-split", message);
  }
  if (agreement.epoch < memory.epochSeenMax) {
    const { epochSeenMax } = memory;
    const message = `the Sentinels name epoch ${agreement.epoch}, and ${epochSeenMax} was seen before`;
    yield problem("error", "epoch-older", message);
  }
  if (heard.some(({ flags }) => flags.includes("failover_in_progress"))) {
    yield problem("info", "failover-running", "a failover is under way");
  }
}

function* aboutPrimary(findings: Findings, agreement: Agreement): Iterable<Problem> {
  const { group, observation } = findings;
  if (agreement.kind !== "agreed") return;
  const node = nodeAt(agreement.primary, group.nodes, observation.nodes);
  if (node === undefined) {
    const named = endpointText(agreement.primary);
    const message = `the Sentinels name ${named}, which is not in the cluster file`;
    yield problem("error", "primary-unknown-node", message);
  } else if (node.view.kind === "silent") {
    if (node.view.isRefused) return;
    yield problem(
      "error",
      "primary-down",
      `the primary ${node.id} does not answer: ${node.view.reason}`,
    );
  } else if (node.view.kind === "replica") {
    const of = endpointText(node.view.of);
    yield problem(
      "error",
      "primary-not-primary",
      `the agreed primary ${node.id} says that it is a replica of ${of}`,
    );
  } else if (node.view.replicas.length < group.timings.minReplicasToWrite.value) {
    const needed = group.timings.minReplicasToWrite.value;
    const online = node.view.replicas.length;
    const said = `${node.id} has ${online} online replicas and takes writes only with ${needed}`;
    yield problem("error", "too-few-replicas", said);
  }
}

type ReplicaView = Extract<NodeView, { kind: "replica" }>;

function outOfStep({ node, of, link }: ReplicaView, primary: Endpoint): string {
  const follows = `the replica ${node} follows ${endpointText(of)}`;
  const words = link === "connected" ? "" : `, ${linkWords(link)}`;
  return isSame(of, primary)
    ? follows + words
    : `${follows} instead of ${endpointText(primary)}${words}`;
}

function* aboutNodes({ group, observation, route }: Findings, agreement: Agreement): Iterable<Problem> {
  const agreed = agreement.kind === "agreed" ? agreement.primary : undefined;
  const primary = route.kind === "primary" ? route.endpoint : agreed;
  for (const view of observation.nodes) {
    const plan = group.nodes.find(({ id }) => id === view.node);
    if (plan === undefined || primary === undefined || isSame(plan, primary)) continue;
    if (agreed !== undefined && isSame(plan, agreed)) continue;
    if (view.kind === "silent") {
      if (view.isRefused) continue;
      yield problem(
        "warning",
        "replica-down",
        `the replica ${view.node} does not answer: ${view.reason}`,
      );
    } else if (view.kind === "primary") {
      const agreedOn = endpointText(primary);
      const message = `${view.node} says that it is a primary, and the primary is ${agreedOn}`;
      yield problem("error", "second-primary", message);
    } else if (view.link !== "connected" || !isSame(view.of, primary)) {
      yield problem("warning", "replica-not-in-sync", outOfStep(view, primary));
    }
  }
}

/** So often a fence may fail (the node loads, is busy, has just died again) before a person should look. */
const FENCE_ATTEMPTS = 5;

function* aboutOurselves({ pause, moving, memory }: Findings): Iterable<Problem> {
  if (pause !== undefined) {
    const message = `paused until ${pause.until} by ${pause.by}: this agent watches and does nothing`;
    yield problem("warning", "maintenance", message);
  }
  if (moving !== undefined) {
    const { from, to } = moving;
    yield problem("info", "switchover-running", `${from.plan.id} hands over to ${to.plan.id}`);
  }
  for (const [node, standing] of Object.entries(memory.standings)) {
    if (standing.kind !== "returned" || standing.attempts < FENCE_ATTEMPTS) continue;
    const message = `${node} still takes writes after ${standing.attempts} attempts to make it a replica`;
    yield problem("error", "fence-failing", message);
  }
}

function* aboutData({ group, observation, memory }: Findings, agreement: Agreement): Iterable<Problem> {
  const reborn = rebornEmpty({ group, observation, agreement, data: memory.data });
  if (reborn !== undefined) yield problem("error", "primary-empty", reborn);
}

/** With `durability: replicated`: who is not asked to confirm, and when nobody is. */
function* aboutConfirmations(findings: Findings): Iterable<Problem> {
  const { observation, route, memory, confirmations } = findings;
  if (confirmations.kind === "not-asked") return;
  if (confirmations.kind === "refused" && route.kind === "primary")
    yield problem("error", "writes-refused", `routers refuse writes: ${confirmations.reason}`);
  for (const { node, kind } of observation.nodes) {
    const zeroSinceMs = memory.replicas[node]?.zeroSinceMs;
    if (kind !== "replica" || zeroSinceMs === undefined) continue;
    const forSeconds = Math.round((observation.atMs - zeroSinceMs) / 1_000);
    const out = `the replica ${node} is out of the in-sync set for ${Math.max(0, forSeconds)} s`;
    const message = `${out}: with replica-priority 0 it is not promoted, until it has caught up`;
    yield problem("warning", "replica-excluded", message);
  }
}

const RANK = { error: 0, warning: 1, info: 2 } as const;

/** Worst first, otherwise in a stable order. */
export function findProblems(findings: Findings): readonly Problem[] {
  const heard = heardViews(findings.observation.views);
  const agreement = agree(findings.observation.views);
  const all = [
    ...findings.doubts.map((doubt) =>
      problem("warning", "observer-doubt", `this observer is in doubt: ${doubt.kind}`),
    ),
    ...aboutOurselves(findings),
    ...aboutRefusals(findings),
    ...aboutAgreement(findings, agreement, heard),
    ...aboutPrimary(findings, agreement),
    ...aboutData(findings, agreement),
    ...aboutNodes(findings, agreement),
    ...aboutConfirmations(findings),
    ...aboutSentinels(findings, heard),
    ...aboutSettings(findings, heard),
  ];
  return all.sort((a, b) => RANK[a.severity] - RANK[b.severity]);
}
