// What a command that looked once knows of a group beside that look: no age of the route, but everything
// that stands in the group's own Redis.
import type { GroupPlan } from "../cluster/types.ts";
import type { Decided } from "../decide/decide.ts";
import { drillUnderWay } from "../decide/drill.ts";
import { readDrillNotes } from "../observe/drill-notes.ts";
import { nodeDoor, type Observer } from "../observe/observer.ts";
import type { Observation } from "../observe/types.ts";
import { newestDecision } from "../status/newest-decision.ts";
import type { Known } from "../status/status.ts";

export async function knownByLooking(options: {
  readonly observer: Pick<Observer, "doors">;
  readonly group: GroupPlan;
  readonly observation: Observation;
  readonly decided: Decided;
  /** Milliseconds since 1970. */
  readonly wallMs: number;
}): Promise<Known> {
  const { observer, group, observation, decided, wallMs } = options;
  const { route } = decided.memory;
  const door = route.kind === "primary" ? observer.doors.get(nodeDoor(route.node)) : undefined;
  // A primary that is away, or does not let the user `agent` read them, tells of none.
  const drills = door === undefined ? [] : await readDrillNotes(door, group.name).catch(() => []);
  const at = new Date(wallMs).toISOString();
  return {
    routeSince: null,
    decision: newestDecision(undefined, decided.decisions, at)?.newest ?? null,
    doubts: [],
    drill: drillUnderWay({ group, observation, before: undefined, wallMs })?.drill ?? null,
    drills,
  };
}
