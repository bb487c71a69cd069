// Looks at the groups of a cluster again and again, as an agent would, and does nothing about what it sees.
import type { GroupPlan } from "../cluster/types.ts";
import { decide, nothingRemembered } from "../decide/decide.ts";
import type { Memory } from "../decide/types.ts";
import { openObserver, type Observer } from "../observe/observer.ts";
import { openSentinels } from "../observe/sentinels.ts";
import { groupStatus, type GroupStatus, type Status } from "../status/status.ts";
import type { Clock } from "../sys/clock.ts";
import { knownByLooking } from "./known-by-looking.ts";
import type { OpenCluster } from "./open-cluster.ts";

export interface Looker {
  look(): Promise<Status>;
  close(): void;
}

/**
 * Waits for whoever is slow: a person has asked, and an answer of 600 ms is worth more than
 * "silent".
 */
const GRACE_MS = 700;

export function openLooker({ layout, secrets }: OpenCluster, clock: Clock): Looker {
  const sentinels = openSentinels({ layout, secrets, clock });
  const groups = layout.groups.map(
    (group): { group: GroupPlan; observer: Observer; memory: Memory } => ({
      group,
      observer: openObserver({ layout, group, secrets, clock, sentinels }),
      memory: nothingRemembered,
    }),
  );
  return {
    async look() {
      const looked = groups.map(async (entry): Promise<GroupStatus> => {
        const { group, observer } = entry;
        const observation = await observer.look(GRACE_MS);
        const nowMs = clock.monotonicMs();
        const decided = decide({
          layout,
          group,
          observation,
          memory: entry.memory,
          doubts: [],
          nowMs,
          self: undefined,
        });
        entry.memory = decided.memory;
        const [first] = decided.decisions;
        // Without a memory of its own a command that must hold has no route to keep.
        const route =
          first?.kind === "hold" && decided.memory.route === nothingRemembered.route
            ? { kind: "none" as const, reason: first.reason }
            : decided.memory.route;
        const wallMs = clock.wallMs();
        const known = await knownByLooking({ observer, group, observation, decided, wallMs });
        return groupStatus({ ...decided, layout, group, observation, route, known });
      });
      const done = await Promise.all(looked);
      return { observedBy: "command", at: new Date(clock.wallMs()).toISOString(), groups: done };
    },
    close() {
      for (const { observer } of groups) observer.close();
      sentinels.close();
    },
  };
}
