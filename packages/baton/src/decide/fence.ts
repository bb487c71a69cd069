// When a node that says primary must be made a replica at once, and by which agent. Pure.
//
// A fence that hits the wrong node is worse than none, so it needs everything at the same time: a majority
// of Sentinels freshly heard and agreeing, an epoch that is not older than any seen, the agreed primary
// answering as one, and no failover under way that could be about to make this very node the primary.
import type { Layout } from "../cluster/types.ts";
import type { Observation } from "../observe/types.ts";
import { type Agreement, endpointText, heardViews, isSame, nodeAt } from "./agree.ts";
import { candidatesBeside } from "./candidates.ts";
import type { DecideInput } from "./decide.ts";
import { isUnfinished, type Moving } from "./handover.ts";
import { isReplicated } from "./in-sync.ts";
import type { Decision, Memory, Standing, Stray } from "./types.ts";

type Fence = Extract<Decision, { kind: "fence" }>;
type Agreed = Extract<Agreement, { kind: "agreed" }>;

/** Agents take turns: the first acts at once, the others only when the node is still not a replica. */
const TURN_MS = 60;
/** Whoever runs a switchover demotes the old primary itself, within a few ms; agents are the second line. */
const HANDOVER_GRACE_MS = 100;
const AGAIN_MS_MIN = 50;
const AGAIN_MS_MAX = 2_000;

/** The agent on the node's own host comes last: it may be just starting, like the node itself. */
export function turnOf(layout: Layout, self: string | undefined, nodeHost: string): number | undefined {
  const hosts = layout.agents.map(({ id }) => id);
  const order = [...hosts.filter((id) => id !== nodeHost), ...hosts.filter((id) => id === nodeHost)];
  const turn = self === undefined ? -1 : order.indexOf(self);
  return turn < 0 ? undefined : turn;
}

/** A failover that has not come to the agreed primary may be on its way to any node. */
function isFailoverElsewhere({ views }: Observation, agreed: Agreed): boolean {
  return heardViews(views).some((view) => {
    if (!view.flags.includes("failover_in_progress")) return false;
    const chosen = view.replicas.find(({ flags }) => flags.includes("promoted"));
    return chosen === undefined || !isSame(chosen, agreed.primary);
  });
}

/** Why nobody may be fenced at present, or undefined. */
function obstacle({ group, observation }: DecideInput, agreement: Agreement, memory: Memory) {
  if (agreement.kind !== "agreed") return "no majority agrees";
  if (agreement.epoch < memory.epochSeenMax) return "the agreed epoch is older than one already seen";
  const primary = nodeAt(agreement.primary, group.nodes, observation.nodes);
  if (primary?.view.kind !== "primary") return "the agreed primary does not answer as one";
  if (primary.view.isLoading === true) return "the agreed primary still loads its data";
  const camp = heardViews(observation.views).filter(({ primary }) => isSame(primary, agreement.primary));
  const isDown = camp.some(({ flags }) => flags.some((flag) => flag === "s_down" || flag === "o_down"));
  // The leader of a failover keeps the flags of the primary that died until its last replica follows.
  if (isDown && !camp.some(({ flags }) => flags.includes("failover_in_progress")))
    return "a Sentinel finds the agreed primary down";
  if (isFailoverElsewhere(observation, agreement)) return "a failover is under way";
  return undefined;
}

const isStray = (standing: Standing | undefined): standing is Stray =>
  standing?.kind === "returned" || standing?.kind === "promoted";

function due(stray: Stray, turn: number, failoverTimeoutMs: number, nowMs: number): boolean {
  // One that was promoted under our eyes has time to be named by a majority, or taken back by Sentinel.
  const graceMs = stray.kind === "returned" ? 0 : failoverTimeoutMs;
  return nowMs >= stray.sinceMs + graceMs + turn * TURN_MS && nowMs >= stray.nextMs;
}

/** The memory in which this attempt is noted; a node that refuses is tried again ever more rarely. */
function attempted(memory: Memory, node: string, stray: Stray, nowMs: number): Memory {
  const waitMs = Math.min(AGAIN_MS_MAX, AGAIN_MS_MIN * 2 ** stray.attempts);
  const next: Stray = { ...stray, attempts: stray.attempts + 1, nextMs: nowMs + waitMs };
  return { ...memory, standings: { ...memory.standings, [node]: next } };
}

/** A switchover whose runner died between promotion and demotion is carried to its end. */
function finishHandover(input: DecideInput, agreement: Agreement, memory: Memory, moving: Moving) {
  const { layout, self, nowMs } = input;
  const { from, to, handover } = moving;
  if (!isUnfinished(moving, agreement, memory.epochSeenMax)) return undefined;
  const promoted = memory.standings[to.plan.id];
  const turn = turnOf(layout, self, from.plan.host);
  // Only a node that was seen as a replica before has been promoted; any other has just restarted.
  if (promoted?.kind !== "promoted" || turn === undefined || promoted.nextMs > nowMs) return undefined;
  if (nowMs < promoted.sinceMs + HANDOVER_GRACE_MS + turn * TURN_MS) return undefined;
  const { address, port } = to.plan;
  const reason = `${from.plan.id} hands over to ${to.plan.id}, which is primary already, and did not stop`;
  const decision: Fence = {
    kind: "fence",
    node: from.plan.id,
    to: { address, port },
    epoch: handover.epoch + 1,
    by: "handover",
    reason,
  };
  return { decisions: [decision], memory: attempted(memory, to.plan.id, promoted, nowMs) };
}

export function decideFence(
  input: DecideInput,
  agreement: Agreement,
  memory: Memory,
  moving: Moving | undefined,
): { readonly decisions: readonly Fence[]; readonly memory: Memory } {
  const { layout, group, observation, self, nowMs } = input;
  const nothing = { decisions: [], memory };
  if (!layout.cluster.agentFence) return nothing;
  if (moving !== undefined) {
    const finished = finishHandover(input, agreement, memory, moving);
    if (finished !== undefined) return finished;
  }
  if (agreement.kind !== "agreed" || obstacle(input, agreement, memory) !== undefined) return nothing;
  const { primary, epoch } = agreement;
  let after = memory;
  const decisions: Fence[] = [];
  for (const plan of group.nodes) {
    const standing = memory.standings[plan.id];
    const view = observation.nodes.find(({ node }) => node === plan.id);
    const turn = turnOf(layout, self, plan.host);
    if (view?.kind !== "primary" || isSame(plan, primary) || turn === undefined) continue;
    // While it loads it takes no writes, and refuses to be told anything.
    if (view.isLoading === true || !isStray(standing) || moving?.handover.to === plan.id) continue;
    if (!due(standing, turn, group.timings.failoverTimeoutMs.value, nowMs)) continue;
    const said = `${plan.id} answers as primary, and ${endpointText(primary)} is, in epoch ${epoch}`;
    const about = { node: plan.id, to: primary, epoch, by: "agreement", reason: said } as const;
    // It may hold writes that nobody has confirmed, and thus the highest offset: Sentinel would prefer it.
    const isExcluded =
      isReplicated(layout) && candidatesBeside(group, observation, memory, plan.id).length > 0;
    decisions.push({ kind: "fence", ...about, ...(isExcluded ? { isExcluded } : {}) });
    after = attempted(after, plan.id, standing, nowMs);
  }
  return { decisions, memory: after };
}
