// Everything that must be right before a switchover touches anything, from one look at the cluster. Pure.
import type { GroupPlan, NodePlan, TargetPlan } from "../cluster/types.ts";
import { type Agreement, agree, endpointText, heardViews, isSame, majorityOf } from "../decide/agree.ts";
import type { NodeView, Observation } from "../observe/types.ts";
import { longestPauseMs } from "./pause.ts";
import { targetChecks } from "./target-checks.ts";
import type { Check, Course } from "./types.ts";

export interface PreflightInput {
  readonly group: GroupPlan;
  readonly observation: Observation;
  /** What SENTINEL CKQUORUM said, by host of the Sentinel; an error as text. */
  readonly quorums: ReadonlyMap<string, string>;
  /** The host that is to become primary; undefined leaves the choice to this. */
  readonly to: string | undefined;
  readonly maxPauseMs: number;
  /** Of the group; empty when the switchover is to go on whether they can follow or not. */
  readonly targets: readonly TargetPlan[];
}

export interface Preflight {
  readonly checks: readonly Check[];
  /** Undefined when a check failed. */
  readonly course: Course | undefined;
}

/** Further behind, and the pause would have to wait for it. */
const LAG_BYTES_MAX = 1_000_000;

const check = (id: string, ok: boolean, sentence: string): Check => ({ id, ok, sentence });
type Replica = Extract<NodeView, { kind: "replica" }>;

function sentinelChecks(input: PreflightInput, agreement: Agreement): Check[] {
  const { views } = input.observation;
  const heard = heardViews(views);
  const named =
    agreement.kind === "agreed"
      ? `${agreement.votes} of ${views.length} Sentinels name ${endpointText(agreement.primary)}`
      : agreement.kind === "split"
        ? `the Sentinels disagree: ${agreement.sentence}`
        : `${agreement.heard} of ${views.length} Sentinels answer and ${agreement.needed} are needed`;
  const sure = [...input.quorums].filter(([, said]) => said.startsWith("OK"));
  const doubtful = [...input.quorums].find(([, said]) => !said.startsWith("OK"));
  const tilted = heard.filter(({ tilt }) => tilt).map(({ sentinel }) => sentinel);
  const trouble = /s_down|o_down|failover_in_progress/;
  const troubled = heard.find(({ flags }) => flags.some((flag) => trouble.test(flag)));
  const split = heard.filter(
    (view) => agreement.kind === "agreed" && !isSame(view.primary, agreement.primary),
  );
  return [
    check("agreement", agreement.kind === "agreed" && split.length === 0, named),
    check(
      "quorum",
      sure.length >= majorityOf(views.length) && doubtful === undefined,
      doubtful === undefined
        ? `CKQUORUM is fine on ${sure.length} of ${views.length} Sentinels`
        : `the Sentinel on ${doubtful[0]} says ${doubtful[1]}`,
    ),
    check(
      "no-tilt",
      tilted.length === 0,
      tilted.length === 0 ? "no Sentinel is in TILT" : `in TILT: ${tilted.join(", ")}`,
    ),
    check(
      "no-failover",
      troubled === undefined,
      troubled === undefined
        ? "no Sentinel sees a failover or a primary that is down"
        : `the Sentinel on ${troubled.sentinel} says ${troubled.flags.join(",")}`,
    ),
  ];
}

function underWayChecks({ observation }: PreflightInput): Check[] {
  const answering = observation.nodes.filter((view) => view.kind !== "silent");
  const handover = answering.find((view) => view.handover !== undefined)?.handover;
  const pause = answering.find((view) => view.pause !== undefined)?.pause;
  return [
    check(
      "no-other",
      handover === undefined,
      handover === undefined
        ? "no other switchover is under way"
        : `${handover.from} hands over to ${handover.to} at this moment`,
    ),
    check(
      "not-paused",
      pause === undefined,
      pause === undefined
        ? "Baton is not paused"
        : `paused until ${pause.until} by ${pause.by}: nobody would lead the clients along`,
    ),
  ];
}

/** Why this node cannot become primary now, or undefined. */
function unfit(input: PreflightInput, primary: NodePlan, node: NodePlan): string | undefined {
  const { observation } = input;
  const view = observation.nodes.find((one) => one.node === node.id);
  if (view === undefined || view.kind === "silent") return `${node.id} does not answer`;
  if (view.kind === "primary") return `${node.id} is no replica`;
  if (!isSame(view.of, primary) || view.link !== "connected")
    return `${node.id} follows ${endpointText(view.of)}, link ${view.link}`;
  if (view.replicaPriority === 0) return `${node.id} has replica-priority 0: Sentinel never promotes it`;
  const behind = lagOf(input, primary, view);
  if (behind > LAG_BYTES_MAX)
    return `${node.id} is ${behind} bytes behind, and at most ${LAG_BYTES_MAX} are caught up with`;
  for (const { sentinel, replicas } of heardViews(observation.views)) {
    const listed = replicas.find((replica) => isSame(replica, node));
    if (listed === undefined) return `the Sentinel on ${sentinel} does not know ${node.id}`;
    const bad = listed.flags.find((flag) => /down|disconnected/.test(flag));
    if (bad !== undefined) return `the Sentinel on ${sentinel} says ${bad} of ${node.id}`;
  }
  return undefined;
}

function lagOf({ observation }: PreflightInput, primary: NodePlan, view: Replica): number {
  const source = observation.nodes.find(({ node }) => node === primary.id);
  return source === undefined || source.kind === "silent"
    ? Number.POSITIVE_INFINITY
    : Math.max(0, source.offsetBytes - view.offsetBytes);
}

function choose(input: PreflightInput, primary: NodePlan) {
  const { group, to } = input;
  const others = group.nodes.filter(({ id }) => id !== primary.id);
  if (to !== undefined) {
    const node = group.nodes.find(({ host }) => host === to);
    if (node === undefined) return { reason: `no node of ${group.name} runs on ${to}` };
    if (node.id === primary.id) return { reason: `${to} is the primary already` };
    const reason = unfit(input, primary, node);
    return reason === undefined ? { node } : { reason };
  }
  const reasons = others.map((node) => ({ node, reason: unfit(input, primary, node) }));
  const fit = reasons.find(({ reason }) => reason === undefined);
  return fit === undefined
    ? { reason: reasons.map(({ reason }) => reason).join("; ") || "there is no other node" }
    : { node: fit.node };
}

function nodeChecks(input: PreflightInput, primary: NodePlan, target: NodePlan | undefined): Check[] {
  const { group, observation, maxPauseMs } = input;
  const view = observation.nodes.find(({ node }) => node === primary.id);
  const needed = group.timings.minReplicasToWrite.value;
  const others = observation.nodes.filter(
    ({ node, kind }) => node !== target?.id && kind !== "silent",
  ).length;
  const downAfterMs = Math.min(
    ...heardViews(observation.views).map((heard) => heard.downAfterMs),
    group.timings.downAfterMs.value,
  );
  const longest = longestPauseMs(downAfterMs);
  const allowed = `${longest} ms are allowed by a down-after of ${downAfterMs} ms`;
  return [
    check(
      "primary",
      view?.kind === "primary" && view.isLoading !== true,
      `${primary.id} ${view?.kind === "primary" ? "answers as primary" : "does not answer as primary"}`,
    ),
    check(
      "replicas",
      others >= needed,
      `the new primary will have ${others} replicas, it needs ${needed}`,
    ),
    check(
      "pause",
      maxPauseMs <= longest,
      `writes are paused for at most ${maxPauseMs} ms, and ${allowed}`,
    ),
  ];
}

/** The Sentinel beside neither: whichever host has trouble, it carries the failover to its end. */
function bystander(input: PreflightInput, from: NodePlan, to: NodePlan): string | undefined {
  const heard = heardViews(input.observation.views);
  const apart = heard.find(({ sentinel }) => sentinel !== from.host && sentinel !== to.host);
  return (apart ?? heard.find(({ sentinel }) => sentinel !== from.host) ?? heard[0])?.sentinel;
}

export function preflight(input: PreflightInput): Preflight {
  const agreement = agree(input.observation.views);
  const early = [...sentinelChecks(input, agreement), ...underWayChecks(input)];
  if (agreement.kind !== "agreed") return { checks: early, course: undefined };
  const from = input.group.nodes.find((node) => isSame(node, agreement.primary));
  if (from === undefined) {
    const stranger = `${endpointText(agreement.primary)} is not in the cluster file`;
    return { checks: [...early, check("primary", false, stranger)], course: undefined };
  }
  const { node: to, reason } = choose(input, from);
  const target = check("target", to !== undefined, reason ?? `${to?.id} is in sync and can be promoted`);
  const led = targetChecks(input.targets, input.observation);
  const checks = [...early, target, ...nodeChecks(input, from, to), ...led];
  const sentinel = to === undefined ? undefined : bystander(input, from, to);
  if (to === undefined || sentinel === undefined || checks.some(({ ok }) => !ok))
    return { checks, course: undefined };
  return { checks, course: { from, to, epoch: agreement.epoch, sentinel } };
}
