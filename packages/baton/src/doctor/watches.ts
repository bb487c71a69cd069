// Who watches what: each Sentinel with each group it names, and how many have a vote.
import { quoted } from "../cluster/text.ts";
import { changeGroupTo } from "./changes.ts";
import type { Facts, Group, Monitor, SentinelInstance } from "./facts.ts";
import type { Draft, Place } from "./finding.ts";
import { nearestTo } from "./near.ts";
import { type Setting, groupOption, integerOf } from "./settings.ts";

/** One Sentinel and one group that it watches, by its file, by its own answer, or both. */
export interface Watch {
  readonly sentinel: SentinelInstance;
  /** Sentinel's master name; may be a placeholder's text. */
  readonly name: string;
  readonly group?: Group;
  readonly monitor?: Monitor;
  /** How many Sentinels have a vote, and how many replicas there are; absent when there may be more. */
  readonly voters?: number;
  readonly replicas?: number;
  /** The line of `sentinel monitor`, else the address of the process. */
  readonly place: Place;
}

// Many rules ask; facts never change.
const seen = new WeakMap<Facts, readonly Watch[]>();

export function watchesOf(facts: Facts): readonly Watch[] {
  const known = seen.get(facts) ?? findWatches(facts);
  seen.set(facts, known);
  return known;
}

function findWatches(facts: Facts): readonly Watch[] {
  return facts.sentinels.flatMap((sentinel) => {
    const monitors = sentinel.config?.monitors ?? [];
    const answered = sentinel.live === undefined ? [] : [...sentinel.live.groups.keys()];
    const names = new Set([...monitors.map((monitor) => monitor.name.text), ...answered]);
    return [...names].map((name) => watchOf(facts, sentinel, name));
  });
}

function watchOf(facts: Facts, sentinel: SentinelInstance, name: string): Watch {
  const monitor = sentinel.config?.monitors.findLast((one) => one.name.text === name);
  const group = facts.groups.find((one) => one.name === name && one.sentinels.includes(sentinel));
  const voters = group && votersOf(facts, group);
  const replicas = group && replicasOf(facts, group);
  return {
    sentinel,
    name,
    ...(group && { group }),
    ...(monitor && { monitor }),
    ...(voters !== undefined && { voters }),
    ...(replicas !== undefined && { replicas }),
    place: monitor?.place ?? placeOf(sentinel),
  };
}

/** The first line of its file, else its address. */
export function placeOf({ config, live, name }: SentinelInstance): Place {
  if (config !== undefined) return { file: config.file, line: 1, column: 1 };
  const file = live === undefined ? name : `${live.address}:${String(live.port)}`;
  return { file, line: 0, column: 0 };
}

/** What one watch says of one group, with the watches of the same group side by side. */
export function watchesByGroup(facts: Facts): ReadonlyMap<Group, readonly Watch[]> {
  const found = new Map<Group, Watch[]>();
  for (const watch of watchesOf(facts)) {
    if (watch.group === undefined) continue;
    const sameGroup = found.get(watch.group) ?? [];
    found.set(watch.group, [...sameGroup, watch]);
  }
  return found;
}

export function optionOf({ sentinel, name }: Watch, option: string): Setting | undefined {
  return groupOption(sentinel, name, option);
}

/**
 * How many Sentinels have a vote: those that running ones count, dead ones included, else those that were
 * given, where that is all of them, else the hosts for which an inventory wants the one template. Undefined
 * when there may be more.
 */
function votersOf(facts: Facts, group: Group): number | undefined {
  const counted = largest(group, "num-other-sentinels");
  if (counted !== undefined) return counted + 1;
  if (group.hasEverySentinel && group.sentinels.length > 0) return group.sentinels.length;
  const [only, ...others] = group.sentinels;
  return others.length === 0 && only?.config?.isTemplate === true
    ? inventoried(facts, only.config.file, /sentinel/i)
    : undefined;
}

/** Hosts in groups of an inventory that are named for a role; undefined when inventories differ. */
function inventoried({ inventory }: Facts, near: string, role: RegExp): number | undefined {
  const counts = nearestTo(near, inventory, ({ file }) => file).flatMap(({ hosts }) => {
    const wanted = hosts.filter(({ groups }) => groups.some((name) => role.test(name)));
    return wanted.length === 0 ? [] : [wanted.length];
  });
  return new Set(counts).size === 1 ? counts[0] : undefined;
}

export function majorityOf(voters: number): number {
  return Math.floor(voters / 2) + 1;
}

/** The same for replicas: every node but one. */
function replicasOf(facts: Facts, group: Group): number | undefined {
  const counted = largest(group, "num-slaves");
  if (counted !== undefined) return counted;
  if (group.hasEveryNode && group.nodes.length > 0) return group.nodes.length - 1;
  const isTemplate = group.sentinels.every(({ config }) => config?.isTemplate === true);
  const near = group.sentinels[0]?.config?.file ?? "";
  return isTemplate ? inventoried(facts, near, /replica|slave/i) : undefined;
}

function largest({ name, sentinels }: Group, field: string): number | undefined {
  const counts = sentinels.flatMap(({ live }) => {
    const text = live?.groups.get(name)?.primary.get(field);
    return text !== undefined && /^\d{1,9}$/.test(text) ? [Number(text)] : [];
  });
  return counts.length === 0 ? undefined : Math.max(...counts);
}

export interface Quorum {
  readonly watch: Watch;
  readonly value: number;
  readonly setting: Setting;
}

/** Every quorum that is a number. */
export function quorumsOf(facts: Facts): readonly Quorum[] {
  return watchesOf(facts).flatMap((watch) => {
    const setting = optionOf(watch, "quorum");
    const value = integerOf(setting);
    return setting === undefined || value === undefined ? [] : [{ watch, value, setting }];
  });
}

/** What brings a quorum to the majority, where three or more have a vote. */
export function setQuorum(
  { watch, setting }: Quorum,
  voters: number,
): Pick<Draft, "fix" | "edits" | "commands"> {
  const majority = String(majorityOf(voters));
  const set = `SENTINEL SET ${watch.name} quorum ${majority}`;
  const fix = `Set it to ${majority} in the file of every Sentinel; where they run, by ${set} on each.`;
  if (voters < 3) return {};
  return { fix, ...setOption(watch, "quorum", setting, majority) };
}

/** For messages: the master name in quotes, cut where it is long. */
export function groupName({ name }: { readonly name: string }): string {
  return quoted(name);
}

/** What makes an option's value another one, where it stands in a file as one word, or a process says it. */
export function setOption(
  { sentinel, name: group }: Watch,
  option: string,
  found: Setting,
  value: string,
): Pick<Draft, "edits" | "commands"> {
  return changeGroupTo(sentinel, { group, option }, found, value);
}
