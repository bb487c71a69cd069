// What an agent may touch of one group, over the connections that its observer has open anyhow.
import type { Hands } from "../act/act.ts";
import { waitingKey } from "../cluster/shared-keys.ts";
import type { GroupPlan, Layout } from "../cluster/types.ts";
import { BatonError } from "../errors.ts";
import { isSame } from "../decide/agree.ts";
import { assertStillAgreed, assertStillPrimary } from "../fence/still-agreed.ts";
import { nodeDoor, type Observer, sentinelDoor } from "../observe/observer.ts";
import type { Door } from "../redis/door.ts";
import type { Router } from "../router/router.ts";

/** Longer than any switchover waits for it. */
const WAITING_TOLD_MS = 5_000;

export interface HandsOptions {
  /** This agent's. */
  readonly host: string;
  readonly layout: Layout;
  readonly group: GroupPlan;
  readonly observer: Observer;
  readonly routers: readonly Router[];
  readonly leadTargets: Hands["setRoute"];
}

/** Hands that lead the routers of this host, and touch no node, no Sentinel and no target. */
export function onlyRoutes(hands: Hands): Hands {
  const refuse = (): never => {
    throw new BatonError("UNABLE", "this process only leads its routers; an agent has to do that");
  };
  return {
    ...hands,
    assertStillAgreed: refuse,
    assertStillPrimary: refuse,
    node: refuse,
    sentinel: refuse,
  };
}

export function handsOf(options: HandsOptions): Hands {
  const { host, layout, group, observer, routers, leadTargets } = options;
  const door = (key: string): Door => {
    const found = observer.doors.get(key);
    if (found !== undefined) return found;
    throw new BatonError("UNABLE", `no connection to ${key}: it is not in the cluster file`);
  };
  const sentinel = (host: string) => door(sentinelDoor(host));
  return {
    setRoute: (route) => {
      for (const router of routers) router.setRoute(route);
      leadTargets(route);
    },
    setConfirmations: (confirmations) => {
      for (const router of routers) router.setConfirmations(confirmations);
    },
    holdClients: (reason, { id, from }) => {
      const held = routers.map((router) => router.hold(reason));
      if (routers.length === 0) return;
      const tell = async () => {
        if ((await Promise.all(held)).includes(false)) return;
        const key = waitingKey(group.name, host);
        await door(nodeDoor(from)).call(["SET", key, id, "PX", String(WAITING_TOLD_MS)]);
      };
      // Nobody hears of it then, and the switchover goes on after a moment without it.
      tell().catch(() => undefined);
    },
    releaseClients: () => {
      for (const router of routers) router.release();
    },
    assertStillAgreed: async (primary, epoch) => {
      const doors = layout.sentinels.map(({ id }) => sentinel(id));
      await assertStillAgreed(doors, group.name, { primary, epoch });
    },
    assertStillPrimary: async (primary) => {
      const plan = group.nodes.find((node) => isSame(node, primary));
      if (plan === undefined)
        throw new BatonError("UNABLE", `no node at ${primary.address}:${primary.port}`);
      await assertStillPrimary(door(nodeDoor(plan.id)), plan.id);
    },
    node: (id) => door(nodeDoor(id)),
    sentinel,
  };
}
