// Who is primary by the word of the Sentinels: pure counting, no preference of our own.
import type { Endpoint } from "../cluster/types.ts";
import type { NodeView, View } from "../observe/types.ts";

export type HeardView = Extract<View, { kind: "heard" }>;

export type Agreement =
  | {
      readonly kind: "agreed";
      readonly primary: Endpoint;
      readonly epoch: number;
      readonly votes: number;
    }
  | { readonly kind: "split"; readonly sentence: string }
  | { readonly kind: "silent"; readonly heard: number; readonly needed: number };

export const majorityOf = (total: number): number => Math.floor(total / 2) + 1;
export const isSame = (a: Endpoint, b: Endpoint): boolean =>
  a.address === b.address && a.port === b.port;
export const endpointText = ({ address, port }: Endpoint): string =>
  address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;

export function heardViews(views: readonly View[]): readonly HeardView[] {
  return views.filter((view) => view.kind === "heard");
}

/**
 * A majority of all Sentinels in the plan, dead ones included, must name the same primary. The
 * agreed epoch is the
 * newest one that a majority has reached: a Sentinel that is ahead or behind by itself does not move it.
 */
export function agree(views: readonly View[]): Agreement {
  const needed = majorityOf(views.length);
  const heard = heardViews(views);
  if (heard.length < needed) return { kind: "silent", heard: heard.length, needed };
  const camps = new Map<string, HeardView[]>();
  for (const view of heard) {
    const key = endpointText(view.primary);
    camps.set(key, [...(camps.get(key) ?? []), view]);
  }
  for (const camp of camps.values()) {
    const [first] = camp;
    if (first === undefined || camp.length < needed) continue;
    const epochs = camp.map(({ configEpoch }) => configEpoch).sort((a, b) => b - a);
    return {
      kind: "agreed",
      primary: first.primary,
      epoch: epochs[needed - 1] ?? 0,
      votes: camp.length,
    };
  }
  const said = [...camps].map(
    ([endpoint, camp]) => `${camp.map((view) => view.sentinel).join(", ")}: ${endpoint}`,
  );
  return { kind: "split", sentence: said.join("; ") };
}

/** The promotion that an elected leader is carrying out, before a majority has heard of its result. */
export interface Promotion {
  readonly leader: string;
  readonly endpoint: Endpoint;
  readonly epoch: number;
  readonly votes: number;
}

/**
 * Evidence for the early route: a Sentinel reports a failover under way and a replica that it has
 * selected, and lists
 * the votes by which a majority has made it the leader of an epoch newer than the one it started from.
 */
export function promotionUnderWay(views: readonly View[]): Promotion | undefined {
  const needed = majorityOf(views.length);
  for (const view of heardViews(views)) {
    if (!view.flags.includes("failover_in_progress")) continue;
    const selected = view.replicas.find(({ flags }) => flags.includes("promoted"));
    if (selected === undefined) continue;
    const epochs = view.peers.flatMap(({ vote }) => (vote?.leader === view.runId ? [vote.epoch] : []));
    const epoch = Math.max(0, ...epochs);
    // The leader's own vote is not in its list of peers.
    const votes = 1 + epochs.filter((voted) => voted === epoch).length;
    if (epoch === 0 || votes < Math.max(needed, view.quorum)) continue;
    const { address, port } = selected;
    return { leader: view.sentinel, endpoint: { address, port }, epoch, votes };
  }
  return undefined;
}

export function nodeAt(
  endpoint: Endpoint,
  plans: readonly (Endpoint & { readonly id: string })[],
  nodes: readonly NodeView[],
): { readonly id: string; readonly view: NodeView } | undefined {
  const plan = plans.find((candidate) => isSame(candidate, endpoint));
  const view = nodes.find(({ node }) => node === plan?.id);
  return plan === undefined || view === undefined ? undefined : { id: plan.id, view };
}
