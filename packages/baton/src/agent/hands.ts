// What an agent may touch of one group, over the connections that its observer has open anyhow.
import type { Hands } from "../act/act.ts";
import type { GroupPlan, Layout } from "../cluster/types.ts";
import { BatonError } from "../errors.ts";
import { isSame } from "../decide/agree.ts";
import { assertStillAgreed, assertStillPrimary } from "../fence/still-agreed.ts";
import { nodeDoor, type Observer, sentinelDoor } from "../observe/observer.ts";
import type { Door } from "../redis/door.ts";
import type { Router } from "../router/router.ts";

export interface HandsOptions {
  readonly layout: Layout;
  readonly group: GroupPlan;
  readonly observer: Observer;
  readonly routers: readonly Router[];
  readonly leadTargets: Hands["setRoute"];
}

export function handsOf({ layout, group, observer, routers, leadTargets }: HandsOptions): Hands {
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
    holdClients: (reason) => {
      for (const router of routers) router.hold(reason);
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
