// Which replicas may be read from, by what was last seen of them. Pure.
import type { Endpoint, MaxLag } from "../cluster/types.ts";

export interface ReadTarget {
  /** Id of the node in the layout. */
  readonly node: string;
  readonly endpoint: Endpoint;
}

/** One look at a group, as far as it matters to who reads. */
export interface ReadsLook {
  /** Monotonic milliseconds when the last answer was in. */
  readonly atMs: number;
  /** The node that writes go to. `offsetBytes` is undefined while it does not answer. */
  readonly primary: (ReadTarget & { readonly offsetBytes: number | undefined }) | undefined;
  /** Replicas that say that they follow this primary over a link that is up. */
  readonly replicas: readonly (ReadTarget & { readonly offsetBytes: number })[];
}

/** What a router needs to know to place its readers. */
export interface ReadOffer {
  readonly replicas: readonly ReadTarget[];
  readonly primary: ReadTarget | undefined;
  /** Why there is no replica, as a clause for a client's eyes; of no use while there is one. */
  readonly reason: string;
}

/** That the primary's stream had come this far by then. */
interface Mark {
  readonly atMs: number;
  readonly offsetBytes: number;
}

export interface ReadsMemory {
  /** The node whose stream the marks belong to: those of two primaries do not compare. */
  readonly primary: string | undefined;
  /** Oldest first, all younger than the time that is allowed. */
  readonly marks: readonly Mark[];
}

export const noReadsRemembered: ReadsMemory = { primary: undefined, marks: [] };

/** While something goes on there are forty looks a second: a mark for each would be too many. */
const MARKS_MAX = 64;

function remembered({ primary, atMs }: ReadsLook, before: ReadsMemory, withinMs: number): ReadsMemory {
  const known = primary?.node === before.primary ? before.marks : [];
  const young = known.filter((mark) => atMs - mark.atMs <= withinMs);
  const last = young.at(-1);
  const isDue = last === undefined || atMs - last.atMs >= withinMs / MARKS_MAX;
  const offsetBytes = primary?.offsetBytes;
  const marks = isDue && offsetBytes !== undefined ? [...young, { atMs, offsetBytes }] : young;
  return { primary: primary?.node, marks };
}

/**
 * Redis tells how many bytes a replica is behind, and never for how long. A time follows from looks: a
 * replica that has every byte that the primary had at some moment has the data of that moment. It is right
 * to the pause between two looks, always on the safe side, and holds also while the primary is silent.
 */
function isFit(
  replica: { readonly offsetBytes: number },
  { primary }: ReadsLook,
  { marks }: ReadsMemory,
  maxLag: MaxLag,
): boolean {
  const present = primary?.offsetBytes;
  if (maxLag.kind === "bytes")
    return present !== undefined && present - replica.offsetBytes <= maxLag.bytes;
  const isLevel = present !== undefined && replica.offsetBytes >= present;
  return isLevel || marks.some(({ offsetBytes }) => replica.offsetBytes >= offsetBytes);
}

const lagText = (maxLag: MaxLag): string =>
  maxLag.kind === "time" ? `${maxLag.ms} ms` : `${maxLag.bytes} bytes`;

function reasonOf({ primary, replicas }: ReadsLook, maxLag: MaxLag): string {
  if (primary === undefined) return "there is no primary that a replica could follow";
  if (replicas.length === 0) return `no replica is connected to the primary ${primary.node}`;
  const many = replicas.length === 1 ? "the only replica" : `all ${replicas.length} replicas`;
  return `${many} may be more than ${lagText(maxLag)} behind the primary ${primary.node}`;
}

/** Replicas within the bound, as of this look, in the order of the cluster file. */
export function judgeReads(
  look: ReadsLook,
  before: ReadsMemory,
  maxLag: MaxLag,
): { readonly offer: ReadOffer; readonly memory: ReadsMemory } {
  const memory = remembered(look, before, maxLag.kind === "time" ? maxLag.ms : 0);
  const fit = look.replicas.filter((replica) => isFit(replica, look, memory, maxLag));
  const target = ({ node, endpoint }: ReadTarget): ReadTarget => ({ node, endpoint });
  const primary = look.primary && target(look.primary);
  return { offer: { replicas: fit.map(target), primary, reason: reasonOf(look, maxLag) }, memory };
}

/**
 * The target with the fewest sessions. Among equals chance decides: several processes, which know only of
 * their own sessions, would otherwise all begin with the same replica.
 */
export function leastLoaded(
  targets: readonly ReadTarget[],
  sessionsOf: (node: string) => number,
  random: () => number = Math.random,
): ReadTarget | undefined {
  const fewest = Math.min(...targets.map(({ node }) => sessionsOf(node)));
  const equals = targets.filter(({ node }) => sessionsOf(node) === fewest);
  return equals[Math.floor(random() * equals.length)];
}

export const isSameTarget = (one: ReadTarget, other: ReadTarget): boolean =>
  one.node === other.node &&
  one.endpoint.address === other.endpoint.address &&
  one.endpoint.port === other.endpoint.port;
