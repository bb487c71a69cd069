// Whether this host's node is the primary, or a replica fit to read from: the answers of /primary and
// /replica. Pure, and stricter than the route: a load balancer that is told "yes" sends writes at once.
import type { GroupPlan, NodePlan } from "../cluster/types.ts";
import { agree, endpointText, isSame } from "../decide/agree.ts";
import type { Doubt, Memory } from "../decide/types.ts";
import type { NodeView, Observation } from "../observe/types.ts";

/** What the last turn of the loop saw, and what it remembers. */
export interface Seen {
  readonly observation: Observation;
  readonly doubts: readonly Doubt[];
  readonly memory: Pick<Memory, "epochSeenMax" | "route">;
}

export interface RoleQuestion {
  readonly group: GroupPlan;
  /** The agent's own host. */
  readonly host: string;
  /** Undefined before the first turn. */
  readonly seen: Seen | undefined;
  /** Monotonic milliseconds. */
  readonly nowMs: number;
  /** How old the last turn may be and still count. */
  readonly freshMs: number;
}

export interface RoleAnswer {
  readonly ok: boolean;
  readonly group: string;
  /** Id of this host's node; null when the host has none of this group. */
  readonly node: string | null;
  /** What the node said about itself, when it has answered. */
  readonly role: "primary" | "replica" | "unknown";
  /** The epoch that a majority of the Sentinels names; null without such a majority. */
  readonly epoch: number | null;
  /** Of a replica, when its and the primary's offsets are known. */
  readonly lagBytes: number | null;
  readonly reason: string;
}

interface Agreed {
  readonly primary: NodePlan;
  readonly epoch: number;
}

/** Why the last turn is no ground to say anything, or undefined. */
function staleness({ seen, nowMs, freshMs }: RoleQuestion): string | undefined {
  if (seen === undefined) return "the agent has not looked yet";
  const ageMs = Math.round(nowMs - seen.observation.atMs);
  if (ageMs > freshMs) return `the agent looked ${ageMs} ms ago, and at most ${freshMs} count`;
  return seen.doubts.length === 0 ? undefined : "the agent was stalled or its clock jumped";
}

/** The primary that a majority names in the newest epoch seen, or why there is none. */
function agreedIn({ group }: RoleQuestion, { observation, memory }: Seen): Agreed | string {
  const agreement = agree(observation.views);
  if (agreement.kind === "silent") {
    const { heard, needed } = agreement;
    return `${heard} of ${observation.views.length} Sentinels answer, and ${needed} are needed`;
  }
  if (agreement.kind === "split") return `the Sentinels disagree (${agreement.sentence})`;
  const { epoch } = agreement;
  const { epochSeenMax, route } = memory;
  const primary = group.nodes.find((node) => isSame(node, agreement.primary));
  if (primary === undefined)
    return `the agreed primary ${endpointText(agreement.primary)} is not in the cluster file`;
  if (epoch < epochSeenMax) return `epoch ${epoch} is older than ${epochSeenMax}, already seen`;
  // The early route: another node has been promoted, and a majority has yet to say so.
  if (route.kind === "primary" && route.epoch > epoch)
    return `${route.node} is being promoted in epoch ${route.epoch}`;
  return { primary, epoch };
}

interface Ground {
  readonly agreed: Agreed;
  readonly own: NodePlan;
  readonly view: NodeView | undefined;
  readonly primaryView: NodeView | undefined;
}

type Refusal = Pick<RoleAnswer, "node" | "role" | "epoch" | "reason">;

function groundOf(question: RoleQuestion): Ground | Refusal {
  const { group, host, seen } = question;
  const own = group.nodes.find((node) => node.host === host);
  if (own === undefined) {
    const reason = `host ${host} has no node of group ${group.name}`;
    return { node: null, role: "unknown", epoch: null, reason };
  }
  const stale = staleness(question);
  if (stale !== undefined || seen === undefined)
    return { node: own.id, role: "unknown", epoch: null, reason: stale ?? "" };
  const { nodes } = seen.observation;
  const view = nodes.find(({ node }) => node === own.id);
  const agreed = agreedIn(question, seen);
  if (typeof agreed === "string")
    return { node: own.id, role: roleOf(view), epoch: null, reason: agreed };
  return { agreed, own, view, primaryView: nodes.find(({ node }) => node === agreed.primary.id) };
}

const roleOf = (view: NodeView | undefined): RoleAnswer["role"] =>
  view === undefined || view.kind === "silent" ? "unknown" : view.kind;

/** Why what a node says, or does not say, is no ground to send anything there. */
function shortcoming(view: NodeView | undefined): string {
  switch (view?.kind) {
    case undefined:
      return "it has not been asked";
    case "silent":
      return `it does not answer: ${view.reason}`;
    case "replica":
      return "it says that it is a replica";
    case "primary":
      return "it still loads its data";
  }
}

/** Yes only when a fresh majority, the newest epoch and the node itself all say so. */
export function judgePrimary(question: RoleQuestion): RoleAnswer {
  const { name: group } = question.group;
  const ground = groundOf(question);
  if ("reason" in ground) return { ok: false, group, lagBytes: null, ...ground };
  const { agreed, own, view } = ground;
  const { epoch } = agreed;
  const answer = { group, node: own.id, role: roleOf(view), epoch, lagBytes: null };
  if (!isSame(agreed.primary, own)) {
    const reason = `${agreed.primary.id} is the primary in epoch ${epoch}`;
    return { ...answer, ok: false, reason };
  }
  if (view?.kind === "primary" && view.isLoading !== true) {
    const reason = `a majority names ${own.id} in epoch ${epoch} and it says so itself`;
    return { ...answer, ok: true, reason };
  }
  const reason = `${own.id} is the agreed primary, but ${shortcoming(view)}`;
  return { ...answer, ok: false, reason };
}

function replicaTrouble(ground: Ground, lagBytes: number | null, maxLagBytes: number | undefined) {
  const { agreed, own, view } = ground;
  if (isSame(agreed.primary, own)) return `${own.id} is the primary in epoch ${agreed.epoch}`;
  if (view?.kind === "primary")
    return `${own.id} says that it is a primary, and it is not the agreed one`;
  if (view?.kind !== "replica") return `${own.id}: ${shortcoming(view)}`;
  if (!isSame(view.of, agreed.primary))
    return `${own.id} follows ${endpointText(view.of)}, not the primary ${agreed.primary.id}`;
  if (view.isLoading === true) return `${own.id} still loads its data`;
  if (view.link !== "connected") return `the link of ${own.id} to its primary is: ${view.link}`;
  if (maxLagBytes === undefined) return undefined;
  if (lagBytes === null) return `how far ${own.id} is behind is unknown: the primary does not answer`;
  if (lagBytes > maxLagBytes)
    return `${own.id} is ${lagBytes} bytes behind, and at most ${maxLagBytes} are allowed`;
  return undefined;
}

/**
 * Yes when the node follows the agreed primary over a link that is up and, with `maxLagBytes`, is at most
 * that far behind.
 */
export function judgeReplica(question: RoleQuestion, maxLagBytes: number | undefined): RoleAnswer {
  const { name: group } = question.group;
  const ground = groundOf(question);
  if ("reason" in ground) return { ok: false, group, lagBytes: null, ...ground };
  const { agreed, own, view, primaryView } = ground;
  const isKnown = view?.kind === "replica" && primaryView?.kind === "primary";
  // Both were asked within milliseconds, not at the same instant: a replica may seem ahead.
  const lagBytes = isKnown ? Math.max(0, primaryView.offsetBytes - view.offsetBytes) : null;
  const trouble = replicaTrouble(ground, lagBytes, maxLagBytes);
  const reason = trouble ?? `${own.id} follows ${agreed.primary.id} in epoch ${agreed.epoch}`;
  const answer = { group, node: own.id, role: roleOf(view), epoch: agreed.epoch, lagBytes };
  return { ...answer, ok: trouble === undefined, reason };
}

/** Why this agent is not ready to be asked about a group: undefined once a fresh majority was heard. */
export function whyNotReady(question: RoleQuestion): string | undefined {
  const { group, seen } = question;
  const stale = staleness(question);
  if (stale !== undefined || seen === undefined) return `${group.name}: ${stale ?? "nothing seen"}`;
  const agreement = agree(seen.observation.views);
  if (agreement.kind !== "silent") return undefined;
  const { heard, needed } = agreement;
  return `${group.name}: ${heard} Sentinels answer, and ${needed} are needed`;
}
