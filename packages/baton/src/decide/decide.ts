// The deciding half of the loop: (layout, observation, memory, now) -> decisions, each with its
// reason. No clock, no I/O.
import type { GroupPlan, Layout } from "../cluster/types.ts";
import type { Observation, Pause } from "../observe/types.ts";
import { type Agreement, agree, isSame, nodeAt } from "./agree.ts";
import { nextRecords } from "./caught-up.ts";
import { decideExclusions } from "./exclude.ts";
import { decideFence } from "./fence.ts";
import { handoverUnderWay, holdOrRelease } from "./handover.ts";
import { confirmationsOf, isReplicated } from "./in-sync.ts";
import { restoreLeftovers } from "./leftovers.ts";
import { attachOwnReplica, tuneOwnSentinel } from "./own-host.ts";
import { dataOf } from "./reborn.ts";
import { findProblems } from "./problems.ts";
import { decideRoute, type RouteOutcome } from "./route.ts";
import { nextStandings } from "./standing.ts";
import type { Confirmations, Decision, Doubt, Memory, Problem, Route } from "./types.ts";

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
  /** What routers must ask for, with this turn's route; see decide/in-sync.ts. */
  readonly confirmations: Confirmations;
  readonly problems: readonly Problem[];
}

export const nothingRemembered: Memory = {
  epochSeenMax: -1,
  route: { kind: "none", reason: "nothing has been seen yet" },
  earlySinceMs: undefined,
  withdrawnEpoch: -1,
  standings: {},
  handover: undefined,
  isHoldingClients: false,
  leftoverSinceMs: {},
  replicas: {},
  data: undefined,
};

export const doubtText = (doubt: Doubt): string =>
  doubt.kind === "stalled"
    ? `this process stood still for ${Math.round(doubt.forMs)} ms`
    : `the clock of this machine jumped by ${Math.round(doubt.byMs)} ms`;

const sameRoute = (a: Route, b: Route): boolean =>
  a.kind === "primary" && b.kind === "primary"
    ? isSame(a.endpoint, b.endpoint) && a.epoch === b.epoch && a.confirmed === b.confirmed
    : a.kind === b.kind;

function aboutRoute(outcome: RouteOutcome, before: Route): Decision {
  if (outcome.kind === "hold") return { kind: "hold", reason: outcome.reason };
  if (sameRoute(outcome.route, before)) return { kind: "stay", reason: outcome.reason };
  return { kind: "route", route: outcome.route, reason: outcome.reason };
}

/** The agreed primary knows best; while it is silent any node's word will do. */
export function pauseIn(
  { group, observation }: Pick<DecideInput, "group" | "observation">,
  agreement: Agreement,
): Pause | undefined {
  const agreed =
    agreement.kind === "agreed"
      ? nodeAt(agreement.primary, group.nodes, observation.nodes)?.view
      : undefined;
  if (agreed !== undefined && agreed.kind !== "silent") return agreed.pause;
  for (const view of observation.nodes)
    if (view.kind !== "silent" && view.pause !== undefined) return view.pause;
  return undefined;
}

/** How the replicas keep up is followed also while nothing is done: who must confirm depends on it. */
function replicasOf(input: DecideInput, route: Route): Memory["replicas"] {
  const { layout, memory } = input;
  return isReplicated(layout) ? nextRecords({ ...input, route, before: memory.replicas }) : {};
}

/** Held: everything stays as it is, and is named. */
function held(input: DecideInput, agreement: Agreement, reason: string, pause?: Pause): Decided {
  const { observation, doubts, group, layout } = input;
  const { route } = input.memory;
  const memory: Memory = { ...input.memory, replicas: replicasOf(input, route) };
  const confirmations = confirmationsOf({ ...input, agreement, memory });
  const about = { layout, group, observation, route, memory, doubts, confirmations };
  const problems = findProblems(pause === undefined ? about : { ...about, pause });
  return { decisions: [{ kind: "hold", reason }], memory, confirmations, problems };
}

export function decide(input: DecideInput): Decided {
  const { memory, observation, doubts, group, layout, nowMs } = input;
  const [doubt] = doubts;
  const agreement = agree(observation.views);
  if (doubt !== undefined) return held(input, agreement, `in doubt: ${doubtText(doubt)}`);
  const pause = pauseIn(input, agreement);
  // An agent that has just started leads its clients somewhere even so; one with a route keeps it.
  if (pause !== undefined && memory.route.kind === "primary")
    return held(input, agreement, `paused until ${pause.until} by ${pause.by}`, pause);
  const moving = handoverUnderWay({ group, observation, memory, nowMs });
  const outcome = decideRoute({ ...input, moving });
  const { epochSeenMax, route } = outcome.memory;
  const before = memory.standings;
  const standings = nextStandings({ group, observation, agreement, epochSeenMax, before, nowMs });
  const replicas = replicasOf(input, route);
  const fenced = decideFence(input, agreement, { ...outcome.memory, standings, replicas }, moving);
  const clients = holdOrRelease(moving, outcome.memory, memory.isHoldingClients, nowMs);
  const cleaned = restoreLeftovers(input, memory.leftoverSinceMs, moving);
  const after: Memory = {
    ...fenced.memory,
    handover: moving && { ...moving.handover, sinceMs: moving.sinceMs },
    isHoldingClients: clients.reduce((_, { kind }) => kind === "hold-clients", memory.isHoldingClients),
    leftoverSinceMs: cleaned.leftoverSinceMs,
    data: dataOf(input, agreement, memory.data),
  };
  const acts =
    pause === undefined
      ? [
          ...fenced.decisions,
          ...clients,
          ...attachOwnReplica(input, after, moving),
          ...cleaned.decisions,
          ...decideExclusions(input, agreement, after, moving),
          ...tuneOwnSentinel(input),
        ]
      : [];
  const confirmations = confirmationsOf({ ...input, agreement, memory: after });
  const about = { layout, group, observation, route, memory: after, doubts, confirmations };
  const seen = pause === undefined ? about : { ...about, pause };
  const problems = findProblems(moving === undefined ? seen : { ...seen, moving });
  const decisions = [aboutRoute(outcome, memory.route), ...acts];
  return { decisions, memory: after, confirmations, problems };
}
