// What an agent knows of one group beside its last turn: since when the route holds, the newest decision, a
// drill under way and how the last ones ended. What it shows is made of this.
import type { GroupPlan, Layout } from "../cluster/types.ts";
import { doubtText, nothingRemembered } from "../decide/decide.ts";
import { drillUnderWay, type KnownDrill } from "../decide/drill.ts";
import type { Route } from "../decide/types.ts";
import type { Door } from "../redis/door.ts";
import { newestDecision, type Said } from "../status/newest-decision.ts";
import { groupStatus, type GroupStatus, type Known } from "../status/status.ts";
import type { Clock } from "../sys/clock.ts";
import { openDrillList } from "./drill-list.ts";
import type { Turn } from "./loop.ts";

export interface GroupMemory {
  see(turn: Turn): void;
  /** Of the last turn; undefined before the first one. */
  turn(): Turn | undefined;
  status(): GroupStatus;
  /** A drill under way, and how the last ones ended, newest first. */
  drills(): Pick<Known, "drill" | "drills">;
  /** From now on the drills that ended are read, over the connections of the loop. */
  readBy(doorOf: (node: string) => Door): void;
}

const NOT_ASKED = { kind: "not-asked" } as const;

/** The same route whether a majority has confirmed it by now or not. */
const keyOf = (route: Route): string | undefined =>
  route.kind === "primary" ? `${route.node} ${route.epoch}` : undefined;

export function openGroupMemory({
  layout,
  group,
  clock,
}: {
  readonly layout: Layout;
  readonly group: GroupPlan;
  readonly clock: Clock;
}): GroupMemory {
  const drills = openDrillList({ group: group.name, clock });
  let doorOf: ((node: string) => Door) | undefined;
  let last: Turn | undefined;
  let said: Said | undefined;
  let drill: KnownDrill | undefined;
  let held: { readonly key: string; readonly since: string } | undefined;
  const ofDrills = () => ({ drill: drill?.drill ?? null, drills: drills.notes() });

  return {
    see(turn) {
      const { observation, decided, atWallMs } = turn;
      const at = new Date(atWallMs).toISOString();
      const key = keyOf(decided.memory.route);
      if (key !== held?.key) held = key === undefined ? undefined : { key, since: at };
      said = newestDecision(said, decided.decisions, at);
      drill = drillUnderWay({ group, observation, before: drill, wallMs: atWallMs });
      last = turn;
      if (doorOf !== undefined) drills.see(turn, drill !== undefined, doorOf);
    },
    turn: () => last,
    status() {
      const { observation = { group: group.name, atMs: 0, views: [], nodes: [] }, doubts = [] } =
        last ?? {};
      const {
        problems = [],
        confirmations = NOT_ASKED,
        memory = nothingRemembered,
      } = last?.decided ?? {};
      const known = {
        routeSince: held?.since ?? null,
        decision: said?.newest ?? null,
        doubts: doubts.map(doubtText),
        ...ofDrills(),
      };
      const { route } = memory;
      return groupStatus({ layout, group, observation, route, confirmations, problems, known });
    },
    drills: ofDrills,
    readBy: (doors) => void (doorOf = doors),
  };
}
