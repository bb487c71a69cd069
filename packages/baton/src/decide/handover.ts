// The switchover that is under way, by what stands in the group's own Redis: when clients wait for it, and
// when their route follows it. Pure.
import type { GroupPlan, NodePlan } from "../cluster/types.ts";
import type { Handover, NodeView, Observation } from "../observe/types.ts";
import { type Agreement, endpointText, isSame } from "./agree.ts";
import type { Decision, Memory, Route } from "./types.ts";

/** A phase that takes longer is none: whoever ran it is gone, and its key should have expired. */
const PHASE_MAX_MS = 30_000;
/** Clients wait at most this long for it; then they go on with whatever the Sentinels say. */
const HOLD_CLIENTS_MAX_MS = 5_000;

/** A handover that belongs to the present epoch, with both ends as they are now. */
export interface Moving {
  readonly handover: Handover;
  /** Since when this agent knows of the present phase. */
  readonly sinceMs: number;
  readonly from: { readonly plan: NodePlan; readonly view: NodeView };
  readonly to: { readonly plan: NodePlan; readonly view: NodeView };
}

/** `moving` wins over `preparing`: a replica that is behind has not heard of the later phase yet. */
function newestOf(handovers: readonly Handover[]): Handover | undefined {
  const rank = ({ epoch, phase }: Handover) => epoch * 2 + (phase === "moving" ? 1 : 0);
  return [...handovers].sort((a, b) => rank(b) - rank(a))[0];
}

/** @returns undefined when none is under way, or it belongs to an epoch that is over. */
export function handoverUnderWay(options: {
  readonly group: GroupPlan;
  readonly observation: Observation;
  readonly memory: Pick<Memory, "handover" | "epochSeenMax">;
  readonly nowMs: number;
}): Moving | undefined {
  const { group, observation, memory, nowMs } = options;
  const said = observation.nodes.flatMap((view) =>
    view.kind === "silent" || view.handover === undefined ? [] : [view.handover],
  );
  const handover = newestOf(said);
  if (handover === undefined) return undefined;
  const end = (id: string) => {
    const plan = group.nodes.find((node) => node.id === id);
    const view = observation.nodes.find(({ node }) => node === id);
    return plan === undefined || view === undefined ? undefined : { plan, view };
  };
  const from = end(handover.from);
  const to = end(handover.to);
  if (from === undefined || to === undefined || from.plan.id === to.plan.id) return undefined;
  const known = memory.handover;
  const isKnown = known?.id === handover.id && known.phase === handover.phase;
  const sinceMs = isKnown ? known.sinceMs : nowMs;
  return nowMs - sinceMs > PHASE_MAX_MS ? undefined : { handover, sinceMs, from, to };
}

/** The Sentinels have not gone on to anybody else since it began. */
function isOfThisEpoch({ handover, from }: Moving, agreement: Agreement, epochSeenMax: number): boolean {
  if (agreement.kind === "silent" || handover.epoch < epochSeenMax) return false;
  if (agreement.kind === "split") return true;
  return agreement.epoch === handover.epoch && isSame(agreement.primary, from.plan);
}

/**
 * The new primary says so itself, has the replicas without which it refuses writes, and the old one has
 * become its replica: nobody else takes writes, and clients need not wait the second that Sentinel needs
 * to announce it.
 */
export function routeOfHandover(
  moving: Moving,
  agreement: Agreement,
  memory: Pick<Memory, "epochSeenMax" | "withdrawnEpoch">,
  minReplicas: number,
): { readonly route: Extract<Route, { kind: "primary" }>; readonly reason: string } | undefined {
  const { handover, from, to } = moving;
  const epoch = handover.epoch + 1;
  if (handover.phase !== "moving" || epoch <= memory.withdrawnEpoch) return undefined;
  if (!isOfThisEpoch(moving, agreement, memory.epochSeenMax)) return undefined;
  if (to.view.kind !== "primary" || to.view.replicas.length < minReplicas) return undefined;
  if (from.view.kind !== "replica" || !isSame(from.view.of, to.plan)) return undefined;
  const { address, port } = to.plan;
  const endpoint = { address, port };
  const route = { kind: "primary", node: to.plan.id, endpoint, epoch, confirmed: false } as const;
  const handed = `${from.plan.id} has handed over to ${to.plan.id}`;
  return { route, reason: `switchover: ${handed}, and follows ${endpointText(endpoint)}` };
}

/** The one who hands over has been told to and is still primary beside the new one. */
export function isUnfinished(moving: Moving, agreement: Agreement, epochSeenMax: number): boolean {
  const { handover, from, to } = moving;
  if (handover.phase !== "moving" || !isOfThisEpoch(moving, agreement, epochSeenMax)) return false;
  return from.view.kind === "primary" && to.view.kind === "primary";
}

/** From the order to move until the route leads away from the old primary. */
export function holdOrRelease(
  moving: Moving | undefined,
  after: Pick<Memory, "route">,
  isHolding: boolean,
  nowMs: number,
): Decision[] {
  const { route } = after;
  const isWanted =
    moving?.handover.phase === "moving" &&
    nowMs - moving.sinceMs <= HOLD_CLIENTS_MAX_MS &&
    route.kind === "primary" &&
    route.node === moving.from.plan.id;
  if (isWanted && !isHolding) {
    const reason = `clients wait while ${moving.from.plan.id} hands over to ${moving.to.plan.id}`;
    const { id, from } = moving.handover;
    return [{ kind: "hold-clients", handover: { id, from }, reason }];
  }
  if (!isWanted && isHolding) {
    const where = route.kind === "primary" ? `go to ${route.node}` : "wait for a primary";
    return [{ kind: "release-clients", reason: `clients ${where}` }];
  }
  return [];
}
