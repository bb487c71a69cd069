// Where clients should go, from one observation and what is remembered. Pure: same input, same output.
import type { GroupPlan } from "../cluster/types.ts";
import type { NodeView, Observation } from "../observe/types.ts";
import {
  type Agreement,
  agree,
  endpointText,
  heardViews,
  majorityOf,
  nodeAt,
  promotionUnderWay,
} from "./agree.ts";
import { type Moving, routeOfHandover } from "./handover.ts";
import type { Memory, Route } from "./types.ts";

/** An early route that a majority has not confirmed after this long is withdrawn (DESIGN section 3). */
export const CONFIRM_WITHIN_MS = 3_000;

export type RouteOutcome =
  /** The route is (still) this, and this is why. */
  | { readonly kind: "set"; readonly route: Route; readonly reason: string; readonly memory: Memory }
  /** In doubt: whatever the route was, it stays. */
  | { readonly kind: "hold"; readonly reason: string; readonly memory: Memory };

type Agreed = Extract<Agreement, { kind: "agreed" }>;

interface Situation {
  readonly group: GroupPlan;
  readonly observation: Observation;
  readonly memory: Memory;
  readonly nowMs: number;
  readonly moving: Moving | undefined;
}

function none(memory: Memory, reason: string): RouteOutcome {
  const route: Route = { kind: "none", reason };
  return { kind: "set", route, reason, memory: { ...memory, route, earlySinceMs: undefined } };
}

/**
 * The agreed primary does not answer: clients stay until the Sentinels call it down, then they are
 * held.
 */
function silentPrimary(
  s: Situation,
  agreed: Agreed,
  node: string,
  view: NodeView & { kind: "silent" },
): RouteOutcome {
  const { memory, observation } = s;
  const down = heardViews(observation.views).filter(
    ({ flags }) => flags.includes("s_down") || flags.includes("o_down"),
  );
  const isRouted = memory.route.kind === "primary" && memory.route.node === node;
  if (!isRouted || down.length >= majorityOf(observation.views.length)) {
    return none(memory, `the agreed primary ${node} does not answer: ${view.reason}`);
  }
  const said = `${down.length} of ${observation.views.length} Sentinels call it down`;
  return confirmed(memory, node, agreed, `${node} does not answer (${view.reason}) and ${said}`);
}

function confirmed(
  memory: Memory,
  node: string,
  { primary, epoch }: Agreed,
  reason: string,
): RouteOutcome {
  const route: Route = { kind: "primary", node, endpoint: primary, epoch, confirmed: true };
  return { kind: "set", route, reason, memory: { ...memory, route, earlySinceMs: undefined } };
}

function followAgreement(s: Situation, agreed: Agreed): RouteOutcome {
  const { group, observation } = s;
  const { primary, epoch, votes } = agreed;
  const total = observation.views.length;
  if (epoch < s.memory.epochSeenMax) {
    const reason = `epoch ${epoch} is older than ${s.memory.epochSeenMax}, already seen`;
    return { kind: "hold", reason, memory: s.memory };
  }
  const memory: Memory = { ...s.memory, epochSeenMax: epoch };
  const node = nodeAt(primary, group.nodes, observation.nodes);
  if (node === undefined)
    return none(memory, `${endpointText(primary)} is agreed on but not in the cluster file`);
  if (node.view.kind === "silent") return silentPrimary({ ...s, memory }, agreed, node.id, node.view);
  if (node.view.kind === "replica") {
    return none(
      memory,
      `the agreed primary ${node.id} says that it is a replica of ${endpointText(node.view.of)}`,
    );
  }
  return confirmed(
    memory,
    node.id,
    agreed,
    `${votes} of ${total} Sentinels name ${node.id} in epoch ${epoch} and it says so itself`,
  );
}

type EarlyRoute = Extract<Route, { kind: "primary" }>;

function earlyRoute(memory: Memory): EarlyRoute | undefined {
  return memory.route.kind === "primary" && !memory.route.confirmed ? memory.route : undefined;
}

/**
 * The early route stands until a majority confirms it, its node changes its mind, or its time is
 * over.
 */
function waitForConfirmation(
  { memory, group, observation, nowMs }: Situation,
  early: EarlyRoute,
): RouteOutcome {
  const sinceMs = memory.earlySinceMs ?? nowMs;
  const withdrawn: Memory = { ...memory, withdrawnEpoch: Math.max(memory.withdrawnEpoch, early.epoch) };
  const node = nodeAt(early.endpoint, group.nodes, observation.nodes);
  if (node?.view.kind === "replica") {
    return none(
      withdrawn,
      `withdrawn: ${early.node} is a replica again before epoch ${early.epoch} was confirmed`,
    );
  }
  if (nowMs - sinceMs >= CONFIRM_WITHIN_MS) {
    const unconfirmed = `no majority confirmed ${early.node} in epoch ${early.epoch}`;
    return none(withdrawn, `withdrawn: ${unconfirmed} within ${CONFIRM_WITHIN_MS} ms`);
  }
  const reason = `${early.node} in epoch ${early.epoch} waits for a majority to confirm it`;
  return { kind: "set", route: early, reason, memory: { ...memory, earlySinceMs: sinceMs } };
}

/**
 * The early route: saves the second that Sentinel needs to notice, by its own INFO, that the
 * promotion has happened.
 * Only for a node that says master itself and already has the replicas without which it would
 * refuse writes.
 */
function tryEarly(s: Situation, agreement: Agreement): RouteOutcome | undefined {
  const { group, observation, memory, nowMs } = s;
  const promotion = promotionUnderWay(observation.views);
  if (promotion === undefined) return undefined;
  const { endpoint, epoch, leader, votes } = promotion;
  if (epoch <= Math.max(memory.epochSeenMax, memory.withdrawnEpoch)) return undefined;
  // A leader reports its failover as under way until the last replica follows; a majority may have
  // long confirmed it.
  if (agreement.kind === "agreed" && agreement.epoch >= epoch) return undefined;
  const node = nodeAt(endpoint, group.nodes, observation.nodes);
  if (node?.view.kind !== "primary") return undefined;
  if (node.view.replicas.length < group.timings.minReplicasToWrite.value) return undefined;
  const route: Route = { kind: "primary", node: node.id, endpoint, epoch, confirmed: false };
  const elected = `${leader}, elected by ${votes} of ${observation.views.length} in epoch ${epoch}`;
  const reason = `early: ${elected}, has promoted ${node.id} and it answers as primary`;
  return { kind: "set", route, reason, memory: { ...memory, route, earlySinceMs: nowMs } };
}

/** The early route of a switchover: Baton itself has made the old primary a replica of the new one. */
function tryHandover(s: Situation, agreement: Agreement): RouteOutcome | undefined {
  const { moving, memory, group, nowMs } = s;
  if (moving === undefined) return undefined;
  const minReplicas = group.timings.minReplicasToWrite.value;
  const handed = routeOfHandover(moving, agreement, memory, minReplicas);
  if (handed === undefined) return undefined;
  const { route, reason } = handed;
  return { kind: "set", route, reason, memory: { ...memory, route, earlySinceMs: nowMs } };
}

export function decideRoute(s: Situation): RouteOutcome {
  const { memory, observation } = s;
  const agreement = agree(observation.views);
  const early = earlyRoute(memory);
  // Silence and disagreement confirm nothing: whatever is heard, only a majority for this epoch or
  // a newer one ends the wait.
  if (early !== undefined && (agreement.kind !== "agreed" || agreement.epoch < early.epoch)) {
    return waitForConfirmation(s, early);
  }
  if (agreement.kind === "silent") {
    const { heard, needed } = agreement;
    const reason = `${heard} of ${observation.views.length} Sentinels answer and ${needed} are needed`;
    return { kind: "hold", reason, memory };
  }
  const promoted = tryHandover(s, agreement) ?? tryEarly(s, agreement);
  if (promoted !== undefined) return promoted;
  if (agreement.kind === "split") {
    return { kind: "hold", reason: `the Sentinels disagree (${agreement.sentence})`, memory };
  }
  return followAgreement(s, agreement);
}
