// What a switchover that died has left on a node: seen for a while without any under way, and put back. Pure.
import { pingPeriodSeconds, REPLICA_PRIORITY } from "../cluster/shared-keys.ts";
import type { Layout, NodePlan } from "../cluster/types.ts";
import type { NodeView } from "../observe/types.ts";
import type { DecideInput } from "./decide.ts";
import type { Moving } from "./handover.ts";
import { isReplicated } from "./in-sync.ts";
import type { Decision, Memory } from "./types.ts";

/** Longer than it takes until a replica has heard that the switchover is over. */
const LEFTOVER_MS = 1_500;
/** The agent of the node's own host acts first; it may be the one that died with the switchover. */
const TURN_MS = 500;

function turnOf({ agents }: Layout, self: string | undefined, node: NodePlan): number | undefined {
  const others = agents.map(({ id }) => id).filter((id) => id !== node.host);
  const turn = self === node.host ? 0 : others.indexOf(self ?? "") + 1;
  return self === undefined || (turn === 0 && self !== node.host) ? undefined : turn;
}

function wrongSettings(layout: Layout, view: NodeView): Readonly<Record<string, string>> {
  if (view.kind === "silent") return {};
  const pings = pingPeriodSeconds(layout.cluster.redisSettings);
  const settings: Record<string, string> = {};
  const priority = view.replicaPriority ?? REPLICA_PRIORITY;
  // A switchover prefers and never excludes: 0 is decide/exclude.ts' own, which takes it back.
  if (priority !== REPLICA_PRIORITY && !(priority === 0 && isReplicated(layout)))
    settings["replica-priority"] = String(REPLICA_PRIORITY);
  if ((view.pingPeriodSeconds ?? pings) !== pings) settings["repl-ping-replica-period"] = String(pings);
  return settings;
}

/**
 * A switchover gives two nodes a setting for as long as it lasts. When whoever ran it has died, the agents
 * put them back: a preferred replica would win every later election, whatever it holds.
 */
export function restoreLeftovers(
  { layout, group, observation, self, nowMs }: DecideInput,
  before: Memory["leftoverSinceMs"],
  moving: Moving | undefined,
): { readonly decisions: readonly Decision[]; readonly leftoverSinceMs: Memory["leftoverSinceMs"] } {
  const decisions: Decision[] = [];
  const leftoverSinceMs: Record<string, number> = {};
  if (moving !== undefined) return { decisions, leftoverSinceMs };
  for (const view of observation.nodes) {
    const plan = group.nodes.find(({ id }) => id === view.node);
    const settings = wrongSettings(layout, view);
    const names = Object.keys(settings);
    if (plan === undefined || names.length === 0) continue;
    const sinceMs = before[plan.id] ?? nowMs;
    leftoverSinceMs[plan.id] = sinceMs;
    const turn = turnOf(layout, self, plan);
    if (turn === undefined || nowMs < sinceMs + LEFTOVER_MS + turn * TURN_MS) continue;
    const reason = `${plan.id} still has ${names.join(" and ")} of a switchover that is over`;
    decisions.push({ kind: "restore-settings", node: plan.id, settings, reason });
  }
  return { decisions, leftoverSinceMs };
}
