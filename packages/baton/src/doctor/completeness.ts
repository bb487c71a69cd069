// Tells whether all Sentinels and nodes of a group were seen. When in doubt they were not.
import type { Layout } from "../cluster/types.ts";
import type { Group, Monitor, RedisInstance, SentinelInstance } from "./facts.ts";
import { hasNetworkAddress, key, keysOf, targetKey, wordsKey } from "./join-keys.ts";
import { monitorsNamed } from "./monitors.ts";
import { portOf } from "./settings.ts";

type Members = Pick<Group, "name" | "sentinels" | "nodes">;

/**
 * A cluster file and running Sentinels say for certain. Files do when there are several, each for a
 * place of its own, nothing in them is left open, and whoever they name as a Sentinel is there.
 */
export function everySentinel(group: Members, layout: Layout | undefined): boolean {
  const { name, sentinels } = group;
  const seen = new Set(sentinels.flatMap(keysOf));
  const planned = layout?.groups.some((plan) => plan.name === name) === true ? layout.sentinels : [];
  if (planned.length > 0) return planned.every(({ address, port }) => seen.has(key(address, port)));
  const views = viewsOf(group);
  if (views.length > 0) {
    const named = views.flatMap((view) => view.sentinels);
    return named.every((one) => seen.has(key(one.get("ip") ?? "", one.get("port") ?? "")));
  }
  if (sentinels.length < 2 || !sentinels.every((one) => isSettled(one, name))) return false;
  const named = optionKeys(group, ["known-sentinel"]);
  const strangers = [...named].filter((one) => !seen.has(one));
  const nameless = sentinels.filter((one) => !hasNetworkAddress(one)).length;
  return strangers.length <= nameless && haveOwnPlaces(sentinels);
}

/**
 * The same for nodes: the monitored primary, whatever replicates, and what Sentinels know as replicas.
 */
export function everyNode(group: Members, layout: Layout | undefined): boolean {
  const { name, nodes } = group;
  const seen = new Set(nodes.flatMap(keysOf));
  const planned = layout?.groups.find((plan) => plan.name === name)?.nodes ?? [];
  if (planned.length > 0) return planned.every(({ address, port }) => seen.has(key(address, port)));
  const views = viewsOf(group);
  if (views.length > 0) {
    const named = views.flatMap(({ primary, replicas }) => [primary, ...replicas]);
    return named.every((one) => seen.has(key(one.get("ip") ?? "", one.get("port") ?? "")));
  }
  if (nodes.length < 2 || !nodes.every(({ config }) => config !== undefined && isClosed(config)))
    return false;
  if (!nodes.every(hasNetworkAddress) && !haveOwnPlaces(nodes)) return false;
  const monitored = monitorsOf(group).map(({ address, port }) => wordsKey(address, port));
  const targets = nodes.map(targetKey).filter((one) => one !== undefined);
  const replicas = optionKeys(group, ["known-replica", "known-slave"]);
  return [...monitored, ...targets, ...replicas].every((one) => one !== undefined && seen.has(one));
}

/**
 * Whether the files name a node by an address that none of those given has, though each of these has
 * one: then the files of a host are missing, and perhaps of a Sentinel with it.
 */
export function lacksNamedNode({ name, sentinels, nodes }: Members): boolean {
  if (nodes.length === 0 || !nodes.every(hasNetworkAddress)) return false;
  const seen = new Set(nodes.flatMap(keysOf));
  const monitored = monitorsOf({ name, sentinels, nodes }).map(({ address, port }) =>
    wordsKey(address, port),
  );
  const named = [...monitored, ...nodes.map(targetKey)];
  return named.some((one) => one !== undefined && !seen.has(one));
}

function viewsOf({ name, sentinels }: Members) {
  return sentinels.flatMap(({ live }) => live?.groups.get(name) ?? []);
}

function monitorsOf({ name, sentinels }: Members): readonly Monitor[] {
  return sentinels.flatMap(({ config }) => monitorsNamed(config, name));
}

function optionKeys(group: Members, options: readonly string[]): ReadonlySet<string> {
  const lines = monitorsOf(group).flatMap((monitor) =>
    options.flatMap((option) => monitor.options.get(option) ?? []),
  );
  return new Set(
    lines.map(({ words }) => wordsKey(words[0], words[1])).filter((one) => one !== undefined),
  );
}

/** Nothing in its file is left to a deployment. */
function isSettled({ config }: SentinelInstance, group: string): boolean {
  const [monitor] = monitorsNamed(config, group);
  if (config === undefined || monitor === undefined || !isClosed(config)) return false;
  return !monitor.address.isUnknown && !monitor.port.isUnknown && !monitor.name.isUnknown;
}

function isClosed(config: { readonly isTemplate: boolean; readonly gaps: readonly unknown[] }): boolean {
  return !config.isTemplate && config.gaps.length === 0;
}

/** Each on a host of its own, or on a port of its own: so that none is a copy of another. */
function haveOwnPlaces(members: readonly (SentinelInstance | RedisInstance)[]): boolean {
  const places = members.map((one) => `${one.host?.name ?? ""} ${String(portOf(one) ?? "")}`);
  return new Set(places).size === places.length;
}
