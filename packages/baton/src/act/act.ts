// Carries out what was decided, and nothing else: every deed is one that decide has named, with its
// reason.
import type { NodePlan } from "../cluster/types.ts";
import type { Decision, Route } from "../decide/types.ts";
import type { Door } from "../redis/door.ts";

/** What an agent may touch of one group. */
export interface Hands {
  /** Routers on this host. */
  setRoute(route: Route): void;
  node(id: NodePlan["id"]): Door;
  sentinel(host: string): Door;
}

/**
 * @returns a sentence on what was done, or undefined when there was nothing to do.
 * @throws BatonError or ReplyRefused when the world refuses; the next turn decides anew.
 */
export async function act(decision: Decision, hands: Hands): Promise<string | undefined> {
  switch (decision.kind) {
    case "hold":
    case "stay":
      return undefined;
    case "route":
      hands.setRoute(decision.route);
      return undefined;
    case "attach-replica": {
      const { node, to, epoch } = decision;
      await hands.node(node).call(["REPLICAOF", to.address, String(to.port)]);
      return `attached ${node} to ${to.address}:${to.port} (epoch ${epoch})`;
    }
    case "tune-sentinel": {
      const words = Object.entries(decision.debug).flatMap(([name, ms]) => [name, String(ms)]);
      await hands.sentinel(decision.sentinel).call(["SENTINEL", "DEBUG", ...words]);
      return `set the timers of the Sentinel on ${decision.sentinel}`;
    }
  }
}
