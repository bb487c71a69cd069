// What a pool shows, and what one batch has to say so that it leads to the primary: pure.
import { NOBODY, type Place, type Reading } from "../../target.ts";
import {
  canonical,
  type Entry,
  endpointOf,
  entryOf,
  epochIn,
  isAt,
  isOurs,
  markOf,
  type Member,
  namesOf,
  newestEpoch,
  type Owner,
  takesConnections,
} from "./member.ts";

/** A batch of Octavia's that went wrong leaves ERROR behind; what the balancer does then, nobody knows. */
const isBroken = ({ provisioning_status }: Member): boolean => provisioning_status === "ERROR";

/** undefined for a pool without members. Members have to be at rest. */
export function readingOf(members: readonly Member[], owner: Owner): Reading | undefined {
  if (members.length === 0) return undefined;
  const epoch = newestEpoch(owner.group, members);
  const taking = members.filter((one) => takesConnections(one, owner));
  const [first] = taking;
  const since = epoch === undefined ? "no epoch" : `epoch ${epoch}`;
  if (first === undefined) {
    const raw = `none of ${members.length} members takes connections, ${since}`;
    return { endpoint: NOBODY, epoch, raw };
  }
  const broken = taking.some(isBroken) ? ", provisioning status ERROR" : "";
  const raw = `${namesOf(taking)}${broken}, ${since}`;
  const isOne = taking.length === 1 && broken === "";
  return { endpoint: isOne ? endpointOf(first) : NOBODY, epoch, raw };
}

const withoutMark = (group: string, tags: readonly string[]): readonly string[] =>
  tags.filter((tag) => epochIn(group, tag) === undefined);

/** In the order that they have, when nothing has to change: Octavia keeps none. */
function withMark(group: string, tags: readonly string[], epoch: number): readonly string[] {
  const mark = markOf(group, epoch);
  const others = withoutMark(group, tags);
  return tags.includes(mark) && others.length === tags.length - 1 ? tags : [...others, mark];
}

function nameOf({ group, nodes }: Owner, one: Pick<Entry, "address" | "protocol_port">): string {
  const at = nodes.find(({ endpoint: { address, port } }) => {
    return address === canonical(one.address) && port === one.protocol_port;
  });
  return `${group}-${at?.host ?? "member"}`;
}

/** A name that is a mark comes from OVHcloud's own API, which has no tags: it would claim two epochs. */
function plainName(owner: Owner, entry: Entry): Entry {
  const isMark = entry.name !== undefined && epochIn(owner.group, entry.name) !== undefined;
  return isMark ? { ...entry, name: nameOf(owner, entry) } : entry;
}

function leading(owner: Owner, one: Member, { epoch }: Place): Entry {
  const entry = plainName(owner, entryOf(one));
  return {
    ...entry,
    weight: Math.max(1, entry.weight),
    admin_state_up: true,
    backup: false,
    tags: withMark(owner.group, entry.tags, epoch),
  };
}

/** Stays in the pool for its day to come, and takes no connections. */
function steppedDown(owner: Owner, one: Member): Entry {
  const entry = plainName(owner, entryOf(one));
  return { ...entry, admin_state_up: false, tags: withoutMark(owner.group, entry.tags) };
}

/** Like the member that it takes over from, as far as that is not about a machine. */
function fresh(owner: Owner, members: readonly Member[], { endpoint, epoch }: Place): Entry {
  const { address, port } = endpoint;
  const ours = members.filter((one) => isOurs(one, owner));
  const model = ours.find((one) => takesConnections(one, owner)) ?? ours[0];
  const subnet = owner.subnet ?? model?.subnet_id ?? undefined;
  const monitorPort = owner.monitorPort ?? model?.monitor_port ?? undefined;
  return {
    name: nameOf(owner, { address, protocol_port: port }),
    address,
    protocol_port: port,
    weight: Math.max(1, model?.weight ?? 1),
    admin_state_up: true,
    backup: false,
    ...(subnet === undefined ? {} : { subnet_id: subnet }),
    ...(monitorPort === undefined ? {} : { monitor_port: monitorPort }),
    tags: [markOf(owner.group, epoch)],
  };
}

/**
 * The whole pool as one batch: the primary takes connections, no other node of the group does, and everybody
 * else's members stay exactly as they are. Nothing is ever taken out: a member that steps down keeps its
 * place and its settings. undefined when the pool is like that already.
 */
export function planned(
  members: readonly Member[],
  place: Place,
  owner: Owner,
): readonly Entry[] | undefined {
  const there = members.find((one) => isAt(one, place.endpoint));
  const next = members.map((one) => {
    if (one === there) return leading(owner, one, place);
    return isOurs(one, owner) ? steppedDown(owner, one) : entryOf(one);
  });
  if (there === undefined) return [...next, fresh(owner, members, place)];
  const isSame =
    JSON.stringify(next) === JSON.stringify(members.map(entryOf)) &&
    !members.some((one) => isOurs(one, owner) && isBroken(one));
  return isSame ? undefined : next;
}
