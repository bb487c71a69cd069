// Whether a drill is under way, by what stands in the group's own Redis, and by what stood there while
// somebody answered: a drill is there to silence who would say so. Pure.
import type { RunningDrill } from "../cluster/drill-note.ts";
import type { GroupPlan } from "../cluster/types.ts";
import type { NodeView, Observation } from "../observe/types.ts";
import { agree, nodeAt } from "./agree.ts";

export interface KnownDrill {
  readonly drill: RunningDrill;
  /** The history of the data beside which the word of it stood. */
  readonly replicationId: string | undefined;
  /** Milliseconds since 1970 when it was last read. */
  readonly seenAtMs: number;
}

/** Anybody can write a time into the key: nothing keeps alerts quiet for longer than this by memory alone. */
const REMEMBERED_MAX_MS = 3_600_000;

interface Situation {
  readonly group: GroupPlan;
  readonly observation: Observation;
  readonly before: KnownDrill | undefined;
  /** Milliseconds since 1970. */
  readonly wallMs: number;
}

type Answering = Exclude<NodeView, { readonly kind: "silent" }>;

function agreedPrimary({ group, observation }: Situation): Answering | undefined {
  const agreement = agree(observation.views);
  if (agreement.kind !== "agreed") return undefined;
  const view = nodeAt(agreement.primary, group.nodes, observation.nodes)?.view;
  return view === undefined || view.kind === "silent" ? undefined : view;
}

function remembered({ before, wallMs }: Situation): KnownDrill | undefined {
  if (before === undefined) return undefined;
  const endsMs = Math.min(Date.parse(before.drill.until), before.seenAtMs + REMEMBERED_MAX_MS);
  return wallMs < endsMs ? before : undefined;
}

/**
 * The agreed primary knows best: where the key is gone from the very data in which it stood, the drill is
 * over. A primary with other data has lost it, as one that was restarted empty; then, and while nobody says
 * a word of it, the drill is remembered until its own expiry.
 */
export function drillUnderWay(situation: Situation): KnownDrill | undefined {
  const { observation, before, wallMs } = situation;
  const agreed = agreedPrimary(situation);
  const answering = observation.nodes.filter((view) => view.kind !== "silent");
  const teller = agreed ?? answering.find((view) => view.drill !== undefined);
  if (teller?.drill !== undefined) {
    return { drill: teller.drill, replicationId: teller.replicationId, seenAtMs: wallMs };
  }
  const isOver = agreed !== undefined && agreed.replicationId === before?.replicationId;
  return isOver ? undefined : remembered(situation);
}
