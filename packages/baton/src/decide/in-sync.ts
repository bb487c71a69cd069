// Which replicas must have a write before a router says that it is done: all that Sentinel could promote.
// Pure.
import type { Endpoint, GroupPlan, Layout } from "../cluster/types.ts";
import type { NodeView, Observation } from "../observe/types.ts";
import {
  type Agreement,
  endpointText,
  type HeardView,
  heardViews,
  isSame,
  majorityOf,
} from "./agree.ts";
import type { Confirmations, Doubt, Memory, ReplicaRecord, Route } from "./types.ts";

/**
 * Sentinel promotes nobody whose INFO is older than five of its ping periods of 1 s (the primary is down
 * by then), and 1 s to spare. So a Sentinel that does not answer us has either read a priority that is 0
 * for longer than this, or does not take that node at all.
 */
const INFO_VALID_MS = 6_000;

type Routed = Extract<Route, { kind: "primary" }>;

/** Somebody who could be promoted: a node of the plan, or a stranger that the Sentinels have found. */
interface Other extends Endpoint {
  /** Of the plan; `address:port` of a stranger. */
  readonly name: string;
  /** Undefined for a stranger: only its Sentinels and its primary speak of it. */
  readonly view: NodeView | undefined;
  readonly record: ReplicaRecord | undefined;
}

export interface Question {
  readonly layout: Layout;
  readonly group: GroupPlan;
  readonly observation: Observation;
  readonly agreement: Agreement;
  /** As it is after this turn's decision about the route. */
  readonly memory: Memory;
  readonly doubts: readonly Doubt[];
  readonly nowMs: number;
}

export const isReplicated = ({ cluster }: Layout): boolean => cluster.router.durability === "replicated";

const isDown = (flags: readonly string[]): boolean =>
  flags.includes("s_down") || flags.includes("o_down");

/** Sentinel finds replicas by itself and promotes those too that nobody has put into the cluster file. */
function othersIn({ group, observation, memory }: Question, routed: Routed): readonly Other[] {
  const planned = group.nodes.map(
    ({ id, address, port }): Other => ({
      name: id,
      address,
      port,
      view: observation.nodes.find(({ node }) => node === id),
      record: memory.replicas[id],
    }),
  );
  const primary = observation.nodes.find(({ node }) => node === routed.node);
  const listed: readonly Endpoint[] = [
    ...heardViews(observation.views).flatMap(({ replicas }) => replicas),
    ...(primary?.kind === "primary" ? primary.replicas : []),
  ];
  const strangers = new Map<string, Other>();
  for (const { address, port } of listed) {
    const name = endpointText({ address, port });
    if (planned.some((one) => isSame(one, { address, port }))) continue;
    strangers.set(name, { name, address, port, view: undefined, record: undefined });
  }
  return [...planned, ...strangers.values()].filter((other) => !isSame(other, routed.endpoint));
}

/**
 * This Sentinel would not select it while things are as they are: it finds it down, or has had no INFO
 * from it since it began to list it (every change of the primary begins a new list), or does not know it.
 */
function isOutOfSight(view: HeardView, other: Endpoint): boolean {
  const listed = view.replicas.find((replica) => isSame(replica, other));
  const isNamed = isSame(view.primary, other);
  // The leader of a failover names as primary the replica that it promotes, which it still lists.
  if (listed !== undefined) return !isNamed && (isDown(listed.flags) || listed.runId === "");
  return !isNamed || isDown(view.flags);
}

/** One that does not see it at present reads its priority before it can select it: INFO comes first. */
function canOnlyRefuse(view: HeardView, other: Endpoint): boolean {
  const listed = view.replicas.find((replica) => isSame(replica, other));
  return listed?.priority === 0 || isOutOfSight(view, other);
}

/**
 * Silent for us and down for every Sentinel that answers. It counts again as soon as it answers one of
 * them. In the moment before that it could be selected without what was written meanwhile; but Sentinel
 * compares offsets between replicas of the same priority, and prefers those that have it. Only an old
 * primary can be ahead, by writes that nobody has confirmed: so the fence gives it priority 0, and a node
 * that starts by `baton node-start` comes up with 0.
 */
function isGone(other: Other, heard: readonly HeardView[]): boolean {
  const { view } = other;
  const isSilent = view === undefined || (view.kind === "silent" && !view.isRefused);
  return isSilent && heard.every((sentinel) => isOutOfSight(sentinel, other));
}

/** Its own last word was 0, and whoever could lead a failover has heard that or cannot take it. */
function isBarred(other: Other, question: Question): boolean {
  const zeroSinceMs = other.record?.zeroSinceMs;
  if (zeroSinceMs === undefined) return false;
  const { views } = question.observation;
  const heard = heardViews(views);
  const isSeen = heard.every((sentinel) => canOnlyRefuse(sentinel, other));
  return isSeen && (heard.length === views.length || question.nowMs - zeroSinceMs >= INFO_VALID_MS);
}

/** A majority names the routed primary, in an epoch that is not older than any seen. */
export function isConfirmed({ agreement, memory }: Pick<Question, "agreement" | "memory">): boolean {
  const { route, epochSeenMax } = memory;
  return (
    route.kind === "primary" &&
    route.confirmed &&
    agreement.kind === "agreed" &&
    agreement.epoch >= epochSeenMax &&
    isSame(agreement.primary, route.endpoint)
  );
}

/**
 * WAIT counts whoever answers, not those who must. So a replica that cannot be promoted counts too as long
 * as it keeps up: its answer could otherwise stand in for that of one that can. One that is behind answers
 * after those; it would have to catch up, and another to fall behind, within one turn of the loop.
 */
function standsIn(other: Other, primary: NodeView | undefined): boolean {
  if (other.view !== undefined) return other.record?.keepsUp === true;
  return primary?.kind === "primary" && primary.replicas.some((replica) => isSame(replica, other));
}

/**
 * The rules, each for the case that it keeps a write from being lost:
 *
 * - With a majority that agrees on the routed primary, all count but those that are barred or gone.
 * - Without that (an early route, Sentinels that disagree), priorities are not believed: the failover under
 *   way may go on to anybody. Those that are gone still do not count, or no early route would ever take a
 *   write: the old primary is one of them. The new primary's own set is the old one without itself, so it
 *   has all that was confirmed before.
 * - With less than a majority heard, or in doubt of ourselves, all count, whatever was seen before: a
 *   failover may be going on behind our back.
 */
export function confirmationsOf(question: Question): Confirmations {
  const { layout, observation, memory, doubts } = question;
  const { route } = memory;
  if (!isReplicated(layout)) return { kind: "not-asked" };
  if (route.kind === "none") return { kind: "refused", reason: `there is no primary: ${route.reason}` };
  const others = othersIn(question, route);
  const heard = heardViews(observation.views);
  const isBlind = doubts.length > 0 || heard.length < majorityOf(observation.views.length);
  const isSure = isConfirmed(question);
  const members = others.filter((other) => {
    if (isBlind) return true;
    return !isGone(other, heard) && !(isSure && isBarred(other, question));
  });
  if (members.length === 0) {
    const names = others.map(({ name }) => name).join(", ");
    return { kind: "refused", reason: `no replica could be promoted: ${names} are down or behind` };
  }
  const primary = observation.nodes.find(({ node }) => node === route.node);
  const counted = others.filter((other) => members.includes(other) || standsIn(other, primary));
  const names = counted.map(({ name }) => name);
  return { kind: "asked", replicas: names.length, names };
}
