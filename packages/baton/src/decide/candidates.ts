// Who could take over at this moment with all that is confirmed. Pure.
import type { GroupPlan, NodePlan } from "../cluster/types.ts";
import type { Observation } from "../observe/types.ts";
import { heardViews, isSame } from "./agree.ts";
import type { Memory } from "./types.ts";

function isCandidate(
  { id, address, port }: NodePlan,
  observation: Observation,
  memory: Memory,
): boolean {
  const view = observation.nodes.find(({ node }) => node === id);
  if (view?.kind !== "replica" || view.replicaPriority === 0) return false;
  if (memory.replicas[id]?.keepsUp !== true) return false;
  return heardViews(observation.views).every(({ replicas }) => {
    const listed = replicas.find((replica) => isSame(replica, { address, port }));
    return listed === undefined || !listed.flags.some((flag) => /down|disconnected/.test(flag));
  });
}

/** Nobody is taken out of Sentinel's choice but beside somebody who could be promoted instead. */
export function candidatesBeside(
  group: GroupPlan,
  observation: Observation,
  memory: Memory,
  node: string,
): readonly string[] {
  const { route } = memory;
  const primary = route.kind === "primary" ? route.node : undefined;
  const others = group.nodes.filter(({ id }) => id !== node && id !== primary);
  return others.filter((plan) => isCandidate(plan, observation, memory)).map(({ id }) => id);
}
