// When a replica that has fallen behind is taken out of Sentinel's choice, and let back in. Pure.
//
// Sentinel lets priority decide before it compares data, and knows offsets that may be seconds old. So with
// `durability: replicated` a replica that is behind gets priority 0: from then on it need not confirm
// writes, and before it is let back in all routers have asked it to confirm for a while.
import { REPLICA_PRIORITY } from "../cluster/shared-keys.ts";
import type { NodePlan } from "../cluster/types.ts";
import type { NodeView } from "../observe/types.ts";
import { type Agreement, heardViews, isSame, majorityOf } from "./agree.ts";
import { candidatesBeside } from "./candidates.ts";
import type { DecideInput } from "./decide.ts";
import { turnOf } from "./fence.ts";
import type { Moving } from "./handover.ts";
import { isConfirmed, isReplicated } from "./in-sync.ts";
import {
  CONFIRMATIONS_FRESH_MS,
  type Decision,
  type Memory,
  type ReplicaRecord,
  type Route,
} from "./types.ts";

type Routed = Extract<Route, { kind: "primary" }>;
type Deed = Extract<Decision, { kind: "exclude-replica" | "include-replica" }>;

/** A replica that restarts, or whose connection is opened anew, is back within this time. */
const EXCLUDE_AFTER_MS = 2_000;
/** Longer than any router goes without hearing that this replica confirms again. */
const INCLUDE_AFTER_MS = CONFIRMATIONS_FRESH_MS + 1_000;
/** The agents act one after the other, and the later ones find it done. */
const TURN_MS = 500;

function shortcoming(view: Extract<NodeView, { kind: "replica" }>, routed: Routed): string {
  if (!isSame(view.of, routed.endpoint)) return `does not follow ${routed.node}`;
  if (view.isLoading === true) return "still loads its data";
  if (view.link !== "connected") return `is not connected to ${routed.node} (link ${view.link})`;
  return `is behind ${routed.node}`;
}

const seconds = (ms: number): string => `${Math.round(ms / 100) / 10} s`;

interface Case {
  readonly plan: NodePlan;
  readonly view: Extract<NodeView, { kind: "replica" }>;
  readonly record: ReplicaRecord;
  readonly turn: number;
}

function deedFor(input: DecideInput, memory: Memory, routed: Routed, one: Case): Deed | undefined {
  const { plan, view, record, turn } = one;
  const forMs = input.nowMs - record.sinceMs;
  const waitedMs = forMs - turn * TURN_MS;
  const priority = REPLICA_PRIORITY;
  const about = { node: plan.id, primary: routed.endpoint, epoch: routed.epoch, priority };
  if (view.replicaPriority === 0) {
    if (!record.keepsUp || waitedMs < INCLUDE_AFTER_MS) return undefined;
    const reason = `${plan.id} keeps up with ${routed.node} for ${seconds(forMs)} and can be promoted again`;
    return { kind: "include-replica", ...about, reason };
  }
  if (record.keepsUp || waitedMs < EXCLUDE_AFTER_MS) return undefined;
  const beside = candidatesBeside(input.group, input.observation, memory, plan.id);
  if (beside.length === 0) return undefined;
  const reason = `${plan.id} ${shortcoming(view, routed)} for ${seconds(forMs)}: it must not be promoted`;
  return { kind: "exclude-replica", ...about, beside, reason };
}

/** A Sentinel by itself may find the primary down: it is on the side of the replica that is cut off. */
function isCalm({ observation }: DecideInput, routed: Routed): boolean {
  const primary = observation.nodes.find(({ node }) => node === routed.node);
  if (primary?.kind !== "primary" || primary.isLoading === true) return false;
  const flags = heardViews(observation.views).map((view) => view.flags);
  if (flags.some((some) => some.includes("failover_in_progress") || some.includes("o_down")))
    return false;
  const down = flags.filter((some) => some.includes("s_down"));
  return down.length < majorityOf(observation.views.length);
}

/**
 * Only with a confirmed route whose primary answers, and while neither a failover nor a switchover is under
 * way: both have a replica chosen already. A replica that is the last one that could be promoted stays,
 * however far behind: then writes wait for it, and a failover remains possible.
 */
export function decideExclusions(
  input: DecideInput,
  agreement: Agreement,
  memory: Memory,
  moving: Moving | undefined,
): readonly Deed[] {
  const { layout, group, observation, self } = input;
  const { route } = memory;
  if (!isReplicated(layout) || moving !== undefined || route.kind === "none") return [];
  if (!isConfirmed({ agreement, memory }) || !isCalm(input, route)) return [];
  return group.nodes.flatMap((plan) => {
    const view = observation.nodes.find(({ node }) => node === plan.id);
    const record = memory.replicas[plan.id];
    const turn = turnOf(layout, self, plan.host);
    // Not known in an engine or to a user that does not let us read it: then it is not ours to change.
    if (view?.kind !== "replica" || view.replicaPriority === undefined) return [];
    if (record === undefined || turn === undefined) return [];
    const deed = deedFor(input, memory, route, { plan, view, record, turn });
    return deed === undefined ? [] : [deed];
  });
}
