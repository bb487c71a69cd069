// What each node was when it last answered: tells an old primary that is back from one just promoted. Pure.
import type { GroupPlan } from "../cluster/types.ts";
import type { NodeView, Observation } from "../observe/types.ts";
import { type Agreement, isSame } from "./agree.ts";
import type { Standing } from "./types.ts";

type Standings = Readonly<Record<string, Standing>>;

function standingOf(
  view: NodeView,
  isAgreed: boolean | undefined,
  before: Standing | undefined,
  nowMs: number,
): Standing | undefined {
  // Silence changes nothing: what it was before is exactly what makes it suspect when it is back.
  if (view.kind === "silent") return before;
  if (view.kind === "replica") return { kind: "replica" };
  // Without a majority nobody knows whether it should be a primary.
  if (isAgreed === undefined) return before;
  if (isAgreed) return { kind: "agreed" };
  if (before?.kind === "returned" || before?.kind === "promoted") return before;
  const kind = before?.kind === "agreed" ? "returned" : "promoted";
  return { kind, sinceMs: nowMs, attempts: 0, nextMs: nowMs };
}

/** `epochSeenMax` guards against a majority of yesterday: its word on who is primary is not taken. */
export function nextStandings(options: {
  readonly group: GroupPlan;
  readonly observation: Observation;
  readonly agreement: Agreement;
  readonly epochSeenMax: number;
  readonly before: Standings;
  readonly nowMs: number;
}): Standings {
  const { group, observation, agreement, epochSeenMax, before, nowMs } = options;
  const agreed =
    agreement.kind === "agreed" && agreement.epoch >= epochSeenMax ? agreement.primary : undefined;
  const after: Record<string, Standing> = {};
  for (const plan of group.nodes) {
    const view = observation.nodes.find(({ node }) => node === plan.id);
    if (view === undefined) continue;
    const isAgreed = agreed === undefined ? undefined : isSame(agreed, plan);
    const standing = standingOf(view, isAgreed, before[plan.id], nowMs);
    if (standing !== undefined) after[plan.id] = standing;
  }
  return after;
}

/**
 * Silent nodes that were primary when last heard and are not the agreed one: to be asked often, so that
 * the first thing they do when they are back is to be demoted.
 */
export function suspects(observation: Observation, standings: Standings): readonly string[] {
  return observation.nodes.flatMap(({ node, kind }) => {
    const standing = standings[node]?.kind;
    return kind === "silent" && (standing === "agreed" || standing === "returned") ? [node] : [];
  });
}
