// Who watches what: each Sentinel with each group it names, and how many have a vote.
import { quoted } from "../cluster/text.ts";
import { changeGroupTo } from "./changes.ts";
import type { Facts, Group, Monitor, SentinelInstance } from "./facts.ts";
import type { Draft, Place } from "./finding.ts";
import { monitorsNamed } from "./monitors.ts";
import { nearestTo } from "./near.ts";
import { oncePer } from "./once.ts";
import { type Setting, groupOption, integerOf, monitorOption } from "./settings.ts";

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
export const watchesOf = oncePer(findWatches);

function findWatches(facts: Facts): readonly Watch[] {
  const groups = groupsBySentinel(facts);
  return facts.sentinels.flatMap((sentinel) => {
    const monitors = sentinel.config?.monitors ?? [];
    const answered = sentinel.live === undefined ? [] : [...sentinel.live.groups.keys()];
    const names = new Set([...monitors.map((monitor) => monitor.name.text), ...answered]);
    const own = groups.get(sentinel);
    return [...names].map((name) => watchOf(sentinel, name, own?.get(name)));
  });
}

type Counted = Pick<Watch, "group" | "voters" | "replicas">;

/** By the name of the group. Counted once a group, and not once for each of its Sentinels. */
function groupsBySentinel(facts: Facts): ReadonlyMap<SentinelInstance, ReadonlyMap<string, Counted>> {
  const found = new Map<SentinelInstance, Map<string, Counted>>();
  for (const group of facts.groups) {
    const voters = votersOf(facts, group);
    const replicas = replicasOf(facts, group);
    const counted = {
      group,
      ...(voters !== undefined && { voters }),
      ...(replicas !== undefined && { replicas }),
    };
    for (const sentinel of group.sentinels) {
      const own = found.get(sentinel) ?? new Map<string, Counted>();
      found.set(sentinel, own.has(group.name) ? own : own.set(group.name, counted));
    }
  }
  return found;
}

function watchOf(sentinel: SentinelInstance, name: string, counted: Counted | undefined): Watch {
  const monitor = monitorsNamed(sentinel.config, name).at(-1);
  const place = monitor?.place ?? placeOf(sentinel);
  return { sentinel, name, ...counted, ...(monitor && { monitor }), place };
}

/** The first line of its file, else its address. */
export function placeOf({ config, live, name }: SentinelInstance): Place {
  if (config !== undefined) return { file: config.file, line: 1, column: 1 };
  const file = live === undefined ? name : `${live.address}:${String(live.port)}`;
  return { file, line: 0, column: 0 };
}

/** For messages: "h1/sentinel.conf:3", and "10.0.0.1:26379" for a process. */
export function shownPlace({ file, line }: Place): string {
  return line === 0 ? file : `${file}:${String(line)}`;
}

/** What one watch says of one group, with the watches of the same group side by side. */
export function watchesByGroup(facts: Facts): ReadonlyMap<Group, readonly Watch[]> {
  const found = new Map<Group, Watch[]>();
  for (const watch of watchesOf(facts)) {
    if (watch.group === undefined) continue;
    const sameGroup = found.get(watch.group);
    if (sameGroup === undefined) found.set(watch.group, [watch]);
    else sameGroup.push(watch);
  }
  return found;
}

export function optionOf({ sentinel, name }: Watch, option: string): Setting | undefined {
  return groupOption(sentinel, name, option);
}

/**
 * As Sentinel reads a number: the digits at the beginning, so that "5s" is 5, and 0 where there are none.
 * Undefined for a placeholder, and for a line that is not one word.
 */
export function numberOf(setting: Setting | undefined): number | undefined {
  if (setting === undefined || setting.isUnknown || setting.words.length !== 1) return undefined;
  return Number(/^[+-]?\d{1,15}/.exec(setting.text)?.[0] ?? 0);
}

/** For messages: `5000`, and what Sentinel makes of it where that is not what is written. */
export function shownNumber(setting: Setting): string {
  if (integerOf(setting) !== undefined) return setting.text;
  return `${quoted(setting.text)}, which Sentinel reads as ${String(numberOf(setting) ?? "?")}`;
}

/**
 * Whether nobody has decided: the file says nothing, and the process, where it was asked, has the default.
 */
export function isLeftOpen({ monitor }: Watch, option: string, { text, origin }: Setting): boolean {
  const written = monitor && monitorOption(monitor, option);
  if (written === undefined || written.origin !== "default" || written.isUnknown) return false;
  return origin === "default" || written.text === text;
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
