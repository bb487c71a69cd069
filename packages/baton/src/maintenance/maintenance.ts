// Maintenance of a group: a key in its own Redis that every agent sees, and that ends by itself.
import { pauseKey, WAKE_CHANNEL } from "../cluster/shared-keys.ts";
import type { GroupPlan, Layout, OwnSecrets } from "../cluster/types.ts";
import { agree, endpointText, isSame } from "../decide/agree.ts";
import { BatonError } from "../errors.ts";
import { nodeDoor, openObserver } from "../observe/observer.ts";
import type { Pause } from "../observe/types.ts";
import type { Door } from "../redis/door.ts";
import type { Clock } from "../sys/clock.ts";

export interface MaintenanceOptions {
  readonly layout: Layout;
  readonly group: GroupPlan;
  readonly secrets: OwnSecrets;
  readonly clock: Clock;
  readonly sourceAddress?: string;
}

const GRACE_MS = 700;

async function atPrimary<T>(options: MaintenanceOptions, use: (door: Door) => Promise<T>): Promise<T> {
  const { group } = options;
  const observer = openObserver(options);
  try {
    const agreement = agree((await observer.look(GRACE_MS)).views);
    if (agreement.kind !== "agreed") {
      const why = agreement.kind === "split" ? agreement.sentence : `only ${agreement.heard} answer`;
      throw new BatonError(
        "UNABLE",
        `${group.name}: no majority of the Sentinels names a primary: ${why}`,
      );
    }
    const plan = group.nodes.find((node) => isSame(node, agreement.primary));
    const door = plan === undefined ? undefined : observer.doors.get(nodeDoor(plan.id));
    if (door === undefined) {
      const named = endpointText(agreement.primary);
      throw new BatonError("UNABLE", `${group.name}: ${named} is not in the cluster file`);
    }
    return await use(door);
  } finally {
    observer.close();
  }
}

/**
 * From now on every agent of the group watches and does nothing, for `forMs` at most. The word travels by
 * replication, so it needs a primary that takes writes.
 * @throws BatonError UNABLE, UNREACHABLE, REFUSED
 */
export async function pauseGroup(
  options: MaintenanceOptions,
  { forMs, by }: { readonly forMs: number; readonly by: string },
): Promise<Pause> {
  const { group, clock } = options;
  const pause = { until: new Date(clock.wallMs() + forMs).toISOString(), by };
  await atPrimary(options, async (door) => {
    const text = JSON.stringify(pause);
    await door.call(["SET", pauseKey(group.name), text, "PX", String(Math.round(forMs))]);
    await door.call(["PUBLISH", WAKE_CHANNEL, group.name]);
  });
  return pause;
}

/** @returns false when it was not paused. @throws BatonError UNABLE, UNREACHABLE, REFUSED */
export async function resumeGroup(options: MaintenanceOptions): Promise<boolean> {
  return await atPrimary(options, async (door) => {
    const removed = await door.call(["DEL", pauseKey(options.group.name)]);
    await door.call(["PUBLISH", WAKE_CHANNEL, options.group.name]);
    return removed === 1;
  });
}
