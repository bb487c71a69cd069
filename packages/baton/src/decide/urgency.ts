// When to look often: from the first sign of trouble until everybody agrees again.
import { agree, heardViews } from "./agree.ts";
import type { Decided } from "./decide.ts";
import type { Observation } from "../observe/types.ts";

const TROUBLE = new Set(["s_down", "o_down", "failover_in_progress"]);

export function isUrgent(observation: Observation, decided: Decided): boolean {
  const { route, standings, handover } = decided.memory;
  if (handover !== undefined) return true;
  if (Object.values(standings).some(({ kind }) => kind === "returned" || kind === "promoted"))
    return true;
  if (route.kind === "none" || !route.confirmed) return true;
  if (decided.decisions.some(({ kind }) => kind === "hold")) return true;
  if (agree(observation.views).kind !== "agreed") return true;
  return heardViews(observation.views).some(({ flags }) => flags.some((flag) => TROUBLE.has(flag)));
}
