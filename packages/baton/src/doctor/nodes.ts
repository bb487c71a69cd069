// What several rules ask about Redis nodes: who belongs together, who replicates from whom, what survives a
// restart.
import type { Facts, Group, RedisInstance } from "./facts.ts";
import type { Place } from "./finding.ts";
import { monitorsNamed } from "./monitors.ts";
import { oncePer } from "./once.ts";
import type { Address, Setting } from "./settings.ts";
import {
  addressOf,
  everySetting,
  groupOption,
  integerOf,
  isLoopback,
  isYes,
  setting,
} from "./settings.ts";

/**
 * Nodes of one set of data: those of a group, or a primary and its replicas that no Sentinel was
 * seen for.
 */
export interface Family {
  /** For people: "group main", "10.0.0.1:6379 and its replicas". */
  readonly name: string;
  readonly nodes: readonly RedisInstance[];
  readonly group?: Group;
}

/** Groups with the nodes that are known of them, and what replicates without any. */
export const familiesOf = oncePer(findFamilies);

function findFamilies(facts: Facts): readonly Family[] {
  const groups = facts.groups.map((group) => ({
    name: `group ${group.name}`,
    nodes: group.nodes,
    group,
  }));
  const grouped = new Set(facts.groups.flatMap(({ nodes }) => nodes));
  const byPrimary = new Map<string, RedisInstance[]>();
  for (const node of facts.redis) {
    const primary = grouped.has(node) ? undefined : (primaryOf(node) ?? addressOf(node));
    if (primary === undefined) continue;
    const key = `${primary.address}:${String(primary.port)}`;
    const known = byPrimary.get(key);
    if (known === undefined) byPrimary.set(key, [node]);
    else known.push(node);
  }
  const rest = [...byPrimary].map(([key, nodes]) => ({ name: `${key} and its replicas`, nodes }));
  return [...groups, ...rest].filter(({ nodes }) => nodes.length > 0);
}

/** Where it replicates from; undefined for a primary, and when that is not known. */
export function primaryOf(node: RedisInstance): Address | undefined {
  const target = setting(node, "replicaof");
  const [address, port] = target === undefined || target.isUnknown ? [] : target.words;
  if (address === undefined || port === undefined || /^no$/i.test(address.text)) return undefined;
  const number = Number(port.text);
  return Number.isInteger(number) ? { address: address.text, port: number } : undefined;
}

/** Undefined when a placeholder decides, or nothing is known. */
export function isReplica(node: RedisInstance): boolean | undefined {
  const target = setting(node, "replicaof");
  if (target === undefined || target.isUnknown) return undefined;
  return primaryOf(node) !== undefined;
}

/** Whether Sentinel may choose it. */
export function isPromotable(node: RedisInstance): boolean | undefined {
  const priority = integerOf(setting(node, "replica-priority"));
  return priority === undefined ? undefined : priority !== 0;
}

/** A replica that stays one, for reports or for reads on the spot. */
export function isNeverPrimary(node: RedisInstance): boolean {
  return isReplica(node) === true && isPromotable(node) === false;
}

/**
 * Nodes that certainly share their data with a node elsewhere: replicas, nodes of a group with others,
 * and those that are watched at an address of the network. A lonely redis.conf is not one of them.
 */
export const replicatedNodes = oncePer((facts: Facts): ReadonlySet<RedisInstance> => {
  const shared = familiesOf(facts)
    .filter(({ nodes, group }) => nodes.length > 1 || isWatchedFromElsewhere(group))
    .flatMap(({ nodes }) => nodes);
  const replicas = facts.redis.filter((node) => primaryOf(node) !== undefined);
  const found = new Set([...shared, ...replicas]);
  return new Set(facts.redis.filter((node) => found.has(node)));
});

function isWatchedFromElsewhere(group: Group | undefined): boolean {
  if (group === undefined) return false;
  const monitors = group.sentinels.flatMap(({ config }) => monitorsNamed(config, group.name));
  return monitors.some(({ address }) => !address.isUnknown && !isLoopback(address.text));
}

/** Whether anything is saved to disk by itself. Undefined when a placeholder decides, or nothing is known. */
export function persists(node: RedisInstance): boolean | undefined {
  const appends = isYes(setting(node, "appendonly"));
  if (appends === true) return true;
  const snapshots = savesSnapshots(node);
  return snapshots === true ? true : appends === undefined ? undefined : snapshots;
}

/** Whether there is any save point. `save ""` takes all before it away; without a line Redis has its own. */
export function savesSnapshots(node: RedisInstance): boolean | undefined {
  const lines = everySetting(node, "save");
  const last = lines.at(-1);
  if (last === undefined) return undefined;
  // The save points differ between versions; that there are some does not.
  if (last.origin === "default") return (node.config?.gaps.length ?? 0) === 0 ? true : undefined;
  return last.isUnknown ? undefined : last.text !== "";
}

/** The longest down-after of a group's Sentinels, in ms: the failover begins no later than that. */
export function downAfterMs(group: Group): number | undefined {
  const values = group.sentinels.map((sentinel) =>
    integerOf(groupOption(sentinel, group.name, "down-after-milliseconds")),
  );
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}

/** After down-after is over: about 1.2 s for votes and promotion, with room. */
export const BEYOND_DETECTION_MS = 4000;

/** Replicas of a group, counted only where all of it was seen. */
export function replicaCount(group: Group | undefined): number | undefined {
  return group?.hasEveryNode === true ? group.nodes.length - 1 : undefined;
}

/** Where to point at when a setting is not written: the file, or the process. */
export function placeOf(node: RedisInstance): Place {
  if (node.config !== undefined) return { file: node.config.file, line: 1, column: 1 };
  return { file: node.name, line: 0, column: 0 };
}

/** Settings of one name whose value is not what most of the nodes have; nothing when all agree. */
export function odd(
  nodes: readonly RedisInstance[],
  name: string,
  normalise: (found: Setting) => string | undefined,
): readonly { readonly node: RedisInstance; readonly found: Setting; readonly usual: Setting }[] {
  const known = nodes.flatMap((node) => {
    const found = setting(node, name);
    const value = found === undefined || found.isUnknown ? undefined : normalise(found);
    return found === undefined || value === undefined ? [] : [{ node, found, value }];
  });
  const counts = new Map<string, number>();
  for (const { value } of known) counts.set(value, (counts.get(value) ?? 0) + 1);
  const countOf = ({ value }: { value: string }): number => counts.get(value) ?? 0;
  const [usual] = [...known].sort((a, b) => countOf(b) - countOf(a));
  if (usual === undefined) return [];
  return known
    .filter(({ value }) => value !== usual.value)
    .map(({ node, found }) => ({ node, found, usual: usual.found }));
}

/** What a setting says, with where it comes from when it is not written: `10 (the default)`. */
export function shown({ text, origin }: Setting): string {
  const value = text === "" ? '""' : text;
  return origin === "default" ? `${value} (the default)` : value;
}
