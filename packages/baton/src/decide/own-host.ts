// What an agent does for the processes that are its own: attach the replica, tune the Sentinel. Pure.
import type { Endpoint, Layout } from "../cluster/types.ts";
import { agree, endpointText, heardViews, isSame, nodeAt, promotionUnderWay } from "./agree.ts";
import type { DecideInput } from "./decide.ts";
import type { Moving } from "./handover.ts";
import type { Decision, Memory } from "./types.ts";

interface NewPrimary {
  readonly node: string;
  readonly endpoint: Endpoint;
  readonly epoch: number;
}

/** A leader reports its failover as under way until the last replica follows the one that it has chosen. */
function isChosen({ observation }: DecideInput, endpoint: Endpoint): boolean {
  return heardViews(observation.views).some(({ flags, replicas }) => {
    const chosen = replicas.find((replica) => replica.flags.includes("promoted"));
    return flags.includes("failover_in_progress") && chosen !== undefined && isSame(chosen, endpoint);
  });
}

/**
 * Where replicas belong while a failover is under way: to the promoted node, one step before the
 * route can go there.
 */
function newPrimary(
  input: DecideInput,
  memory: Memory,
  moving: Moving | undefined,
): NewPrimary | undefined {
  const { group, observation } = input;
  if (moving !== undefined) {
    const { handover, from, to } = moving;
    const isHanded = to.view.kind === "primary" && from.view.kind === "replica";
    return isHanded ? { node: to.plan.id, endpoint: to.plan, epoch: handover.epoch + 1 } : undefined;
  }
  const promotion = promotionUnderWay(observation.views);
  if (
    promotion !== undefined &&
    promotion.epoch > Math.max(memory.epochSeenMax, memory.withdrawnEpoch)
  ) {
    const { endpoint, epoch } = promotion;
    const node = nodeAt(endpoint, group.nodes, observation.nodes);
    return node?.view.kind === "primary" ? { node: node.id, endpoint, epoch } : undefined;
  }
  const { route } = memory;
  return route.kind === "primary" && isChosen(input, route.endpoint) ? route : undefined;
}

/**
 * Its own host's, and those of hosts without an agent, which are everybody's: REPLICAOF to the primary that a
 * node follows already does nothing.
 */
function isOwn({ cluster }: Layout, self: string, host: string): boolean {
  return (
    host === self || !cluster.hosts.some(({ name, runs }) => name === host && runs.includes("agent"))
  );
}

/**
 * While a failover is under way an agent's own replicas are attached to the new primary at once.
 * Sentinel does it too, a second or more later, and until then a primary with min-replicas-to-write
 * answers every write with NOREPLICAS.
 */
export function attachOwnReplica(
  input: DecideInput,
  memory: Memory,
  moving: Moving | undefined,
): Decision[] {
  const { layout, group, observation, self } = input;
  const primary = newPrimary(input, memory, moving);
  // A minority changes nothing, however convincing the little is that it sees.
  if (primary === undefined || self === undefined || agree(observation.views).kind === "silent")
    return [];
  const decisions: Decision[] = [];
  for (const plan of group.nodes.filter(({ host }) => isOwn(layout, self, host))) {
    const view = observation.nodes.find(({ node }) => node === plan.id);
    if (view?.kind !== "replica" || plan.id === primary.node || isSame(view.of, primary.endpoint))
      continue;
    const { epoch, node } = primary;
    const { address, port } = primary.endpoint;
    const still = `${plan.id} still follows ${endpointText(view.of)}`;
    const reason = `${still}, and ${node} is primary in epoch ${epoch}`;
    decisions.push({ kind: "attach-replica", node: plan.id, to: { address, port }, epoch, reason });
  }
  return decisions;
}

/**
 * SENTINEL DEBUG's timers are forgotten when a Sentinel restarts: compared and set again, each
 * turn, by its own agent.
 */
export function tuneOwnSentinel({ group, observation, self }: DecideInput): Decision[] {
  const view = heardViews(observation.views).find(({ sentinel }) => sentinel === self);
  if (view === undefined) return [];
  const wanted: Record<string, number> = {
    "tilt-period": group.timings.tiltPeriodMs.value,
    "info-period": group.timings.infoPeriodMs.value,
    "publish-period": group.timings.publishPeriodMs.value,
  };
  const wrong = Object.entries(wanted).filter(
    ([name, ms]) => name in view.debug && view.debug[name] !== ms,
  );
  if (wrong.length === 0) return [];
  const found = wrong.map(([name, ms]) => `${name} is ${view.debug[name]} and should be ${ms}`);
  const reason = `timers of the Sentinel on ${view.sentinel}: ${found.join(", ")}`;
  return [{ kind: "tune-sentinel", sentinel: view.sentinel, debug: Object.fromEntries(wrong), reason }];
}
