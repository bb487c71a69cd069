// The deciding half of the loop: (layout, observation, memory, now) -> decisions, each with its
// reason. No clock, no I/O.
import type { GroupPlan, Layout } from "../cluster/types.ts";
import type { Observation } from "../observe/types.ts";
import { agree, endpointText, heardViews, isSame, nodeAt, promotionUnderWay } from "./agree.ts";
import { findProblems } from "./problems.ts";
import { decideRoute, type RouteOutcome } from "./route.ts";
import type { Decision, Doubt, Memory, Problem, Route } from "./types.ts";

export interface DecideInput {
  readonly layout: Layout;
  readonly group: GroupPlan;
  readonly observation: Observation;
  readonly memory: Memory;
  readonly doubts: readonly Doubt[];
  /** Monotonic milliseconds. */
  readonly nowMs: number;
  /** The host whose own processes this agent may touch; undefined for one that only looks. */
  readonly self: string | undefined;
}

export interface Decided {
  /** At least one; the first is about the route. */
  readonly decisions: readonly Decision[];
  readonly memory: Memory;
  readonly problems: readonly Problem[];
}

export const nothingRemembered: Memory = {
  epochSeenMax: -1,
  route: { kind: "none", reason: "nothing has been seen yet" },
  earlySinceMs: undefined,
  withdrawnEpoch: -1,
};

const doubtText = (doubt: Doubt): string =>
  doubt.kind === "stalled"
    ? `this process stood still for ${Math.round(doubt.forMs)} ms`
    : `the clock of this machine jumped by ${Math.round(doubt.byMs)} ms`;

type PrimaryRoute = Extract<Route, { kind: "primary" }>;

const sameRoute = (a: Route, b: Route): boolean =>
  a.kind === "primary" && b.kind === "primary"
    ? isSame(a.endpoint, b.endpoint) && a.epoch === b.epoch && a.confirmed === b.confirmed
    : a.kind === b.kind;

function aboutRoute(outcome: RouteOutcome, before: Route): Decision {
  if (outcome.kind === "hold") return { kind: "hold", reason: outcome.reason };
  if (sameRoute(outcome.route, before)) return { kind: "stay", reason: outcome.reason };
  return { kind: "route", route: outcome.route, reason: outcome.reason };
}

/**
 * Where replicas belong while a failover is under way: to the promoted node, one step before the
 * route can go there.
 */
function newPrimary({ group, observation }: DecideInput, memory: Memory): PrimaryRoute | undefined {
  const promotion = promotionUnderWay(observation.views);
  if (
    promotion !== undefined &&
    promotion.epoch > Math.max(memory.epochSeenMax, memory.withdrawnEpoch)
  ) {
    const { endpoint, epoch } = promotion;
    const node = nodeAt(endpoint, group.nodes, observation.nodes);
    if (node?.view.kind !== "primary") return undefined;
    return { kind: "primary", node: node.id, endpoint, epoch, confirmed: false };
  }
  const isUnderWay = heardViews(observation.views).some(({ flags }) =>
    flags.includes("failover_in_progress"),
  );
  return isUnderWay && memory.route.kind === "primary" ? memory.route : undefined;
}

/**
 * While a failover is under way the replica on this host is attached to the new primary at once.
 * Sentinel does it too,
 * a second or more later, and until then a primary with min-replicas-to-write answers every write
 * with NOREPLICAS.
 */
function attachOwnReplica(input: DecideInput, memory: Memory): Decision[] {
  const { group, observation, self } = input;
  const primary = newPrimary(input, memory);
  // A minority changes nothing, however convincing the little is that it sees.
  if (primary === undefined || self === undefined || agree(observation.views).kind === "silent")
    return [];
  const decisions: Decision[] = [];
  for (const plan of group.nodes.filter(({ host }) => host === self)) {
    const view = observation.nodes.find(({ node }) => node === plan.id);
    if (view?.kind !== "replica" || plan.id === primary.node || isSame(view.of, primary.endpoint))
      continue;
    const { endpoint, epoch, node } = primary;
    const still = `${plan.id} still follows ${endpointText(view.of)}`;
    const reason = `${still}, and ${node} is primary in epoch ${epoch}`;
    decisions.push({ kind: "attach-replica", node: plan.id, to: endpoint, epoch, reason });
  }
  return decisions;
}

/**
 * SENTINEL DEBUG's timers are forgotten when a Sentinel restarts: compared and set again, each
 * turn, by its own agent.
 */
function tuneOwnSentinel({ group, observation, self }: DecideInput): Decision[] {
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

export function decide(input: DecideInput): Decided {
  const { memory, observation, doubts, group, layout } = input;
  const [doubt] = doubts;
  if (doubt !== undefined) {
    const problems = findProblems({ layout, group, observation, route: memory.route, memory, doubts });
    return { decisions: [{ kind: "hold", reason: `in doubt: ${doubtText(doubt)}` }], memory, problems };
  }
  const outcome = decideRoute(input);
  const after = outcome.memory;
  const decisions = [
    aboutRoute(outcome, memory.route),
    ...attachOwnReplica(input, after),
    ...tuneOwnSentinel(input),
  ];
  const problems = findProblems({
    layout,
    group,
    observation,
    route: after.route,
    memory: after,
    doubts,
  });
  return { decisions, memory: after, problems };
}
