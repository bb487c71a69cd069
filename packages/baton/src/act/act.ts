// Carries out what was decided, and nothing else: every deed is one that decide has named, with its
// reason.
import type { Endpoint, NodePlan } from "../cluster/types.ts";
import type { Confirmations, Decision, Route } from "../decide/types.ts";
import { demote } from "../fence/demote.ts";
import type { Door } from "../redis/door.ts";
import { parseRole } from "../redis/replies.ts";
import { excludeReplica, includeReplica } from "./exclude.ts";

type Waiting = Extract<Decision, { kind: "hold-clients" }>;

/** What an agent may touch of one group. */
export interface Hands {
  /** Routers on this host. */
  setRoute(route: Route): void;
  setConfirmations(confirmations: Confirmations): void;
  /** Tells whoever runs the switchover once they all wait. */
  holdClients(reason: string, handover: Waiting["handover"]): void;
  releaseClients(): void;
  /** @throws BatonError UNABLE when a majority of the Sentinels does not say so at this moment. */
  assertStillAgreed(primary: Endpoint, epoch: number): Promise<void>;
  /** @throws BatonError UNABLE when the node does not say at this moment that it is a primary. */
  assertStillPrimary(primary: Endpoint): Promise<void>;
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
    case "fence": {
      const { node, to, epoch, by, isExcluded } = decision;
      const door = hands.node(node);
      // Asked first, so that the connection stands when the last look is over: then nothing may take time.
      if (parseRole(await door.call(["ROLE"])).kind === "replica") return `${node} is a replica already`;
      if (by === "agreement") await hands.assertStillAgreed(to, epoch);
      else await hands.assertStillPrimary(to);
      const before = isExcluded === true ? [["CONFIG", "SET", "replica-priority", "0"] as const] : [];
      const trouble = await demote(door, to, { before });
      const but = trouble.length === 0 ? "" : `, but ${trouble.join("; ")}`;
      return `fenced ${node}: a replica of ${to.address}:${to.port} now (epoch ${epoch})${but}`;
    }
    case "hold-clients":
      hands.holdClients(decision.reason, decision.handover);
      return "keeping clients waiting";
    case "release-clients":
      hands.releaseClients();
      return "clients go on";
    case "restore-settings": {
      const door = hands.node(decision.node);
      for (const [name, value] of Object.entries(decision.settings))
        await door.call(["CONFIG", "SET", name, value]);
      await door.call(["CONFIG", "REWRITE"]);
      return `put back ${Object.keys(decision.settings).join(" and ")} of ${decision.node}`;
    }
    case "exclude-replica":
      return await excludeReplica(hands, decision);
    case "include-replica":
      return await includeReplica(hands, decision);
    case "tune-sentinel": {
      const words = Object.entries(decision.debug).flatMap(([name, ms]) => [name, String(ms)]);
      await hands.sentinel(decision.sentinel).call(["SENTINEL", "DEBUG", ...words]);
      return `set the timers of the Sentinel on ${decision.sentinel}`;
    }
  }
}
