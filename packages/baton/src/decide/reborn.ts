// A primary that was restarted and holds nothing: its replicas copy that. Told from FLUSHALL by the
// replication id, which only a restart or a promotion changes. Pure.
import type { GroupPlan } from "../cluster/types.ts";
import type { Observation } from "../observe/types.ts";
import { type Agreement, nodeAt } from "./agree.ts";
import type { Memory } from "./types.ts";

interface Situation {
  readonly group: GroupPlan;
  readonly observation: Observation;
}

function agreedPrimary({ group, observation }: Situation, agreement: Agreement) {
  if (agreement.kind !== "agreed") return undefined;
  const node = nodeAt(agreement.primary, group.nodes, observation.nodes);
  if (node?.view.kind !== "primary" || node.view.isLoading === true) return undefined;
  const { keys, replicationId } = node.view;
  return keys === undefined || replicationId === undefined
    ? undefined
    : { node: node.id, keys, replicationId };
}

/** What the agreed primary holds is remembered; an empty one only when it did not lose anything. */
export function dataOf(
  situation: Situation,
  agreement: Agreement,
  before: Memory["data"],
): Memory["data"] {
  const primary = agreedPrimary(situation, agreement);
  if (primary === undefined) return before;
  const isLoss =
    primary.keys === 0 &&
    before?.node === primary.node &&
    before.replicationId !== primary.replicationId &&
    before.keys > 0;
  return isLoss ? before : primary;
}

/** @returns a sentence, or undefined when nothing points to it. */
export function rebornEmpty({
  agreement,
  data,
  ...situation
}: Situation & { readonly agreement: Agreement; readonly data: Memory["data"] }): string | undefined {
  const primary = agreedPrimary(situation, agreement);
  if (primary === undefined || primary.keys > 0) return undefined;
  const holder = situation.observation.nodes.find(
    (view) =>
      view.kind === "replica" &&
      (view.keys ?? 0) > 0 &&
      view.replicationId !== undefined &&
      view.replicationId !== primary.replicationId,
  );
  if (holder?.kind === "replica")
    return `${primary.node} was restarted without data, and ${holder.node} still holds ${holder.keys} keys`;
  if (data?.node !== primary.node || data.replicationId === primary.replicationId) return undefined;
  return `${primary.node} was restarted and holds no keys; it held ${data.keys} before`;
}
