// When the nodes of a group are asked what changes slowly: never while something is going on.
import type { GroupPlan, Layout } from "../cluster/types.ts";
import { watchedSettings } from "../cluster/watched-settings.ts";
import { isUrgent } from "../decide/urgency.ts";
import { nodeDoor, type Observer } from "../observe/observer.ts";
import type { NodeVitals } from "../observe/types.ts";
import { openVitals } from "../observe/vitals.ts";
import type { Clock } from "../sys/clock.ts";
import type { Turn } from "./loop.ts";

/** As the loop itself: what stays broken, or paused, is the normal state after a while. */
const BUSY_FOR_MS = 60_000;

export interface GroupVitalsOptions {
  readonly layout: Layout;
  readonly group: GroupPlan;
  readonly observer: Pick<Observer, "doors">;
  readonly clock: Clock;
}

export interface GroupVitals {
  /** To be called after every turn. Returns at once. */
  see(turn: Pick<Turn, "observation" | "decided">): void;
  latest(): readonly NodeVitals[];
}

export function openGroupVitals({ layout, group, observer, clock }: GroupVitalsOptions): GroupVitals {
  const vitals = openVitals({
    group,
    doorOf: (node) => observer.doors.get(nodeDoor(node)),
    settings: Object.keys(watchedSettings(layout.cluster, group)),
    clock,
  });
  let urgentSinceMs: number | undefined;
  return {
    see({ observation, decided }) {
      const nowMs = clock.monotonicMs();
      urgentSinceMs = isUrgent(observation, decided) ? (urgentSinceMs ?? nowMs) : undefined;
      if (urgentSinceMs !== undefined && nowMs - urgentSinceMs < BUSY_FOR_MS) return;
      vitals.askWhoeverIsDue((id) =>
        observation.nodes.some(({ node, kind }) => node === id && kind !== "silent"),
      );
    },
    latest: () => vitals.latest(),
  };
}
