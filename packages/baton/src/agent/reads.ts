// The port for reads of one group in the agent: what a turn has seen, as far as it matters to who reads.
import type { GroupPlan, MaxLag } from "../cluster/types.ts";
import { isSame } from "../decide/agree.ts";
import type { ReadRouter } from "../router/read-router.ts";
import { judgeReads, noReadsRemembered, type ReadsLook } from "../router/reads.ts";
import type { Turn } from "./loop.ts";

/**
 * Replicas by their own word: they follow the primary that this agent leads clients to, over a link that
 * is up, and have data. A route that is held stays the measure.
 */
function lookOf(group: GroupPlan, { observation, decided }: Turn): ReadsLook {
  const { route } = decided.memory;
  const { atMs, nodes } = observation;
  if (route.kind === "none") return { atMs, primary: undefined, replicas: [] };
  const { node, endpoint } = route;
  const routed = nodes.find((view) => view.node === node);
  const offsetBytes = routed?.kind === "primary" ? routed.offsetBytes : undefined;
  const replicas = group.nodes.flatMap(({ id, address, port }) => {
    const view = nodes.find((one) => one.node === id);
    if (view?.kind !== "replica" || view.link !== "connected" || view.isLoading === true) return [];
    if (!isSame(view.of, endpoint)) return [];
    return [{ node: id, endpoint: { address, port }, offsetBytes: view.offsetBytes }];
  });
  return { atMs, primary: { node, endpoint, offsetBytes }, replicas };
}

/** @returns what is to be called after every turn. */
export function readsOf(
  group: GroupPlan,
  maxLag: MaxLag,
  router: Pick<ReadRouter, "offer">,
): (turn: Turn) => void {
  let memory = noReadsRemembered;
  return (turn) => {
    const judged = judgeReads(lookOf(group, turn), memory, maxLag);
    memory = judged.memory;
    router.offer(judged.offer);
  };
}
