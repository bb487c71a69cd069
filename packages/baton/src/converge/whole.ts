// What is not as it should be in a group, from one look: nothing is restarted while there is anything. Pure.
import type { Endpoint, GroupPlan } from "../cluster/types.ts";
import { agree, endpointText, type HeardView, heardViews, isSame } from "../decide/agree.ts";
import type { NodeView, Observation } from "../observe/types.ts";

export interface Whole {
  readonly group: GroupPlan;
  readonly observation: Observation;
  /** A node whose own state does not matter now, because it is about to be started anew. */
  readonly exceptNode?: string | undefined;
  /** A Sentinel likewise. */
  readonly exceptSentinel?: string | undefined;
}

function nodeTrouble(view: NodeView, primary: string, endpoint: Endpoint): string | undefined {
  const { node } = view;
  if (view.kind === "silent") return `${node} does not answer (${view.reason})`;
  if (view.isLoading === true) return `${node} is loading its data`;
  if (view.kind === "primary")
    return node === primary ? undefined : `${node} is a primary, and ${primary} is the agreed one`;
  if (node === primary) return `${node} is the agreed primary, and runs as a replica`;
  if (!isSame(view.of, endpoint)) return `${node} follows ${endpointText(view.of)}`;
  return view.link === "connected" ? undefined : `${node} is not in sync with ${primary} (${view.link})`;
}

function sentinelTrouble(view: HeardView, { group, exceptNode }: Whole): readonly string[] {
  const { sentinel, flags, tilt, replicas } = view;
  const bad = flags.filter((flag) => /s_down|o_down|failover_in_progress|disconnected/.test(flag));
  const down = replicas.filter((replica) => {
    const node = group.nodes.find((plan) => isSame(plan, replica));
    if (node === undefined || node.id === exceptNode) return false;
    return replica.flags.some((flag) => /down|disconnected/.test(flag));
  });
  return [
    ...(tilt ? [`the Sentinel on ${sentinel} is in TILT`] : []),
    ...(bad.length > 0 ? [`the Sentinel on ${sentinel} says ${bad.join(", ")}`] : []),
    ...down.map((one) => `the Sentinel on ${sentinel} takes ${endpointText(one)} for down`),
  ];
}

/** Clauses; none when the group is whole. */
export function troublesOf(whole: Whole): readonly string[] {
  const { group, observation, exceptNode, exceptSentinel } = whole;
  const views = observation.views.filter(({ sentinel }) => sentinel !== exceptSentinel);
  const silent = views.flatMap((view) =>
    view.kind === "silent" ? [`the Sentinel on ${view.sentinel} does not answer (${view.reason})`] : [],
  );
  const agreement = agree(observation.views);
  if (agreement.kind !== "agreed") {
    const why =
      agreement.kind === "split"
        ? `the Sentinels disagree: ${agreement.sentence}`
        : `${agreement.heard} Sentinels answer, and ${agreement.needed} are needed`;
    return [...silent, why];
  }
  const { primary } = agreement;
  const named = group.nodes.find((plan) => isSame(plan, primary));
  if (named === undefined)
    return [`the Sentinels name ${endpointText(primary)}, which is not in the cluster file`];
  const astray = heardViews(views).filter((view) => !isSame(view.primary, primary));
  const pause = observation.nodes.find((view) => view.kind !== "silent" && view.pause !== undefined);
  return [
    ...silent,
    ...astray.map((view) => `the Sentinel on ${view.sentinel} names ${endpointText(view.primary)}`),
    ...heardViews(views).flatMap((view) => sentinelTrouble(view, whole)),
    ...(pause === undefined ? [] : ["Baton is paused: `baton resume` ends it"]),
    ...observation.nodes.flatMap((view) => {
      const trouble = view.node === exceptNode ? undefined : nodeTrouble(view, named.id, { ...primary });
      return trouble === undefined ? [] : [trouble];
    }),
  ];
}
