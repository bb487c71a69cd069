// Whether the Sentinels could carry out a failover at this moment: how many of them may still fail, and
// whom they could promote. Pure.
import type { GroupPlan } from "../cluster/types.ts";
import type { Observation, ReplicaView } from "../observe/types.ts";
import { type HeardView, heardViews, isSame, majorityOf } from "./agree.ts";

/** Sentinel's own periods and bounds: it promotes no replica that it has not heard for five pings. */
const PING_AGE_MS_MAX = 5_000;
/** It asks a replica for INFO every 10 s, and every second once the primary is down; three may be missed. */
const INFO_AGE_MS_MAX = 30_000;
/** So many times down-after a replica may have been without its primary and still be promoted. */
const LINK_DOWN_FACTOR = 10;

const isDown = (flags: readonly string[]): boolean =>
  flags.some((flag) => flag === "s_down" || flag === "o_down");

/**
 * The link of every replica is down when its primary is: then what Sentinel itself tolerates counts. While
 * the primary is up, one whose link is down for longer than the crash of a primary takes to be noticed has
 * not what the primary acknowledges.
 */
function isLinked(view: HeardView, { link, linkDownMs }: ReplicaView): boolean {
  const { flags, downAfterMs, downForMs = 0 } = view;
  if (link === "ok") return true;
  if (linkDownMs === undefined || linkDownMs < 0) return false;
  return linkDownMs <= (isDown(flags) ? LINK_DOWN_FACTOR * downAfterMs + downForMs : downAfterMs);
}

function couldPromote(view: HeardView, replica: ReplicaView): boolean {
  const { flags, priority, pingAgeMs = 0, infoAgeMs = 0 } = replica;
  if (priority === 0 || isDown(flags) || flags.includes("disconnected")) return false;
  const isFresh = pingAgeMs <= PING_AGE_MS_MAX && infoAgeMs <= INFO_AGE_MS_MAX;
  return isFresh && isLinked(view, replica);
}

/**
 * Ids of nodes that more than half of the Sentinels that answer would promote. Whoever says that it is a
 * primary is none, nor is a replica that the cluster file does not know.
 */
export function promotable(
  group: Pick<GroupPlan, "nodes">,
  observation: Observation,
): readonly string[] {
  const heard = heardViews(observation.views);
  const fit = group.nodes.filter((plan) => {
    const view = observation.nodes.find(({ node }) => node === plan.id);
    if (view?.kind === "primary") return false;
    const willing = heard.filter((one) =>
      one.replicas.some((replica) => isSame(replica, plan) && couldPromote(one, replica)),
    );
    return willing.length * 2 > heard.length;
  });
  return fit.map(({ id }) => id);
}

/** Those that a Sentinel can count on, itself included, as SENTINEL CKQUORUM counts them. */
const reachedBy = ({ peers }: HeardView): number =>
  1 + peers.filter(({ flags }) => !isDown(flags)).length;

/**
 * How many Sentinels may still fail, or fall into TILT, before no failover can happen; -1: none can happen
 * now. A Sentinel that is no more, but that the others still know, raises the majority that they need.
 */
export function quorumSpare({ views }: Observation): number {
  const able = heardViews(views).filter(({ tilt }) => !tilt);
  const spares = able.map((view) => {
    const total = Math.max(views.length, 1 + view.peers.length);
    const needed = Math.max(majorityOf(total), view.quorum);
    return Math.min(able.length, reachedBy(view)) - needed;
  });
  return Math.max(-1, ...spares);
}
