// In which role a node may come back: one pure function from what was seen to one answer and its reason.
import type { Endpoint, GroupPlan, NodePlan } from "../cluster/types.ts";
import { type Agreement, endpointText, isSame } from "../decide/agree.ts";

/** Another node of the group that is there. */
export interface OtherNode {
  readonly id: string;
  /** `closed`: it is there and does not let this user in. */
  readonly kind: "primary" | "replica" | "closed";
  /** A replica that has been in sync with a primary since its own process started. */
  readonly hasSynced: boolean;
  readonly holdsData: boolean;
}

export interface StartFacts {
  readonly self: NodePlan;
  readonly group: GroupPlan;
  readonly agreement: Agreement;
  /** Sentinels that answer, those that refuse this user included. */
  readonly sentinelsThere: number;
  /** Newest epoch that the agent of this host remembers; -1 for none. */
  readonly epochSeen: number;
  /** Whether the server would come up with a single key from its own disk. */
  readonly holdsData: boolean;
  /** `replicaof` of the node's own configuration file. */
  readonly configured: Endpoint | undefined;
  /** Nodes that are silent are not among them. */
  readonly others: readonly OtherNode[];
  /** A Sentinel is about to promote another node of the group. */
  readonly isFailoverUnderWay: boolean;
  /** For how long nobody of whom `mayBeAhead` is true has answered, in ms. */
  readonly aloneMs: number;
  /** The deadline has passed: only a last answer is wanted. */
  readonly isLate: boolean;
  /** Somebody has said that this cluster is new and empty. */
  readonly mayBootstrap: boolean;
}

export type Start =
  | { readonly kind: "replica-of"; readonly primary: Endpoint; readonly reason: string }
  | { readonly kind: "primary"; readonly reason: string }
  | { readonly kind: "wait"; readonly reason: string }
  | { readonly kind: "refuse"; readonly reason: string };

/**
 * One lost answer must not make a node believe that it is alone: two looks at least. Not much longer,
 * or the Sentinels of a small down-after begin a failover that is not needed.
 */
export const ALONE_MS = 1_000;

/**
 * True for a node that may have acknowledged writes, or copies of them, which this node's disk has not.
 * A replica that has not been in sync since its own start has nothing newer than what it too read from
 * its disk: after a power cut of all hosts it is no reason to keep the last primary waiting.
 */
export const mayBeAhead = ({ kind, hasSynced }: OtherNode): boolean => kind !== "replica" || hasSynced;

const namesOf = (nodes: readonly { readonly id: string }[]): string =>
  nodes.map(({ id }) => id).join(", ");

const refuse = (reason: string): Start => ({ kind: "refuse", reason });
const wait = (reason: string): Start => ({ kind: "wait", reason });
const primary = (reason: string): Start => ({ kind: "primary", reason });

/**
 * Redis does not ask before it starts: with the `replicaof` of its file, or without one as a writable
 * primary, however old or empty its data. Replicas then copy that within a second, and Sentinel lets an
 * old primary take writes for about ten before it turns it into a replica. So the role comes from the
 * Sentinels, before the process exists:
 *
 * - They name another node: a replica of that one, read-only from the first answer.
 * - They name this node, so it died and is back before any failover. Alone and with data it is primary
 *   again. While another node may be ahead it waits for the failover, also when its own data may be
 *   complete: nobody can tell a crashed process (which loses nothing) from a crashed host (which loses
 *   the second that `appendfsync everysec` allows). The price is time and a few writes: the service
 *   comes back after down-after + 1.3 s and not after a fast restart, without the writes of the last
 *   milliseconds that had not reached a replica. What it buys is that neither the whole data set nor
 *   that last second can go. When no failover comes until the deadline, old data is better than none; no
 *   data is not, and a second primary never is.
 * - No majority, or one that names an older epoch than was seen: after the deadline a node whose file
 *   makes it a replica comes up as one, which writes nothing; any other stays down and is tried again.
 *   Sentinels keep the primary on disk and need no Redis to answer, so after a power cut of everything a
 *   majority returns by itself; while it is gone nobody could fail over either.
 *
 * A cluster that never had data starts only when it is called new (`mayBootstrap`).
 */
export function decideStart(facts: StartFacts): Start {
  const { self, group, agreement, epochSeen } = facts;
  if (isBootstrap(facts)) {
    return primary(
      `called a new cluster, and ${self.id} is its first primary: no data, here or elsewhere`,
    );
  }
  if (agreement.kind === "silent") {
    const { heard, needed } = agreement;
    return unclear(facts, `Sentinels heard: ${heard}, needed: ${needed}`);
  }
  if (agreement.kind === "split") {
    return unclear(facts, `the Sentinels disagree (${agreement.sentence})`);
  }
  const { epoch } = agreement;
  const named = endpointText(agreement.primary);
  if (epoch < epochSeen) {
    return unclear(
      facts,
      `the Sentinels name ${named} in epoch ${epoch}, and ${epochSeen} has been seen`,
    );
  }
  const node = group.nodes.find((plan) => isSame(plan, agreement.primary));
  if (node === undefined) {
    return unclear(facts, `the Sentinels name ${named}, which is not in the cluster file`);
  }
  if (node.id === self.id) return asNamed(facts, epoch);
  const reason = `the Sentinels name ${node.id} in epoch ${epoch}`;
  return { kind: "replica-of", primary: agreement.primary, reason };
}

/** Only the first primary can be started so, and thus only one node of a group. */
function isBootstrap({ mayBootstrap, self, group, holdsData, ...facts }: StartFacts): boolean {
  const { agreement, sentinelsThere, epochSeen, others } = facts;
  if (!mayBootstrap || holdsData || self.id !== group.firstPrimary.id) return false;
  // An epoch above 0 means that a failover has happened: then there was a cluster.
  if (epochSeen > 0 || others.some((other) => other.kind !== "replica" || other.holdsData)) return false;
  if (agreement.kind !== "agreed") return sentinelsThere === 0;
  return agreement.epoch === 0 && isSame(agreement.primary, self);
}

function unclear({ self, configured, isLate }: StartFacts, reason: string): Start {
  if (!isLate) return wait(reason);
  if (configured === undefined || isSame(configured, self)) {
    const role = `${self.id} would be primary by its own file`;
    return refuse(`${reason}; ${role}, and nobody can say whether it still is`);
  }
  const last = `${endpointText(configured)}, the last primary it knew`;
  return { kind: "replica-of", primary: configured, reason: `${reason}; ${self.id} follows ${last}` };
}

/** The Sentinels name this node, which does not run. */
function asNamed(facts: StartFacts, epoch: number): Start {
  const { self, holdsData, others, isFailoverUnderWay, aloneMs, isLate } = facts;
  const named = `the Sentinels name ${self.id} in epoch ${epoch}`;
  if (!holdsData) return withoutData(facts, named);
  const ahead = others.filter(mayBeAhead);
  if (ahead.length === 0) {
    if (isFailoverUnderWay && !isLate) return wait(`${named}, but a failover is under way`);
    const alone = "no other node has newer data";
    if (aloneMs < ALONE_MS && !isLate) return wait(`${named}; looking again whether ${alone}`);
    return primary(`${named}, it has its data, and ${alone}`);
  }
  if (!isLate) return wait(`${named}, but ${namesOf(ahead)} may be ahead: waiting for a failover`);
  const rivals = ahead.filter(({ kind }) => kind === "primary");
  if (rivals.length > 0) {
    return refuse(`${named}, but ${namesOf(rivals)} runs as primary: two would take writes`);
  }
  return primary(`${named}, it has its data, and no failover to ${namesOf(ahead)} has come in time`);
}

function withoutData({ self, others, isLate }: StartFacts, named: string): Start {
  if (!isLate) return wait(`${named}, but it has no data: waiting for a failover`);
  const holders = others.filter(({ holdsData, kind }) => holdsData || kind === "closed");
  const nodes = `${holders.length} ${holders.length === 1 ? "node that holds" : "nodes that hold"}`;
  const effect =
    holders.length === 0
      ? "would wipe every node that comes back to it"
      : `would wipe ${nodes} data (${namesOf(holders)})`;
  return refuse(`${named}, but it has no data: to start ${self.id} ${effect}, and no failover has come`);
}
