// What several rules ask about client code: every use with its file, its group, and what that group's
// configuration says about the times that the client has to reckon with.
import { canonical } from "./code/program.ts";
import type { ClientAddress, ClientFile, ClientUse } from "./facts-clients.ts";
import type { Facts, Group, RedisInstance, SentinelInstance } from "./facts.ts";
import { nearestTo } from "./near.ts";
import { addressOf, groupOption, integerOf } from "./settings.ts";

export interface UseInFile {
  readonly use: ClientUse;
  readonly file: ClientFile;
}

export function usesOf(facts: Facts): readonly UseInFile[] {
  return facts.clients.flatMap((file) => file.uses.map((use) => ({ use, file })));
}

/** The group that the code names, of several the nearest; undefined when it names none that is known. */
export function groupOf(facts: Facts, use: ClientUse): Group | undefined {
  const service = use.service?.value;
  if (service === undefined) return undefined;
  const named = facts.groups.filter(({ name }) => name === service);
  const [only, ...others] = nearestTo(use.place.file, named, fileOf);
  return others.length === 0 ? only : undefined;
}

/** Of one of its Sentinels; a running group has none, and may be anybody's. */
function fileOf({ sentinels }: Group): string {
  return sentinels.find(({ config }) => config !== undefined)?.config?.file ?? "";
}

export interface Detection {
  readonly downAfterMs: number;
  readonly group: string;
}

/**
 * After which time Sentinel takes the primary for dead: of the group that the code names, else of the only
 * group there is. The longest, where Sentinels differ; undefined when no file and no Sentinel says it.
 */
export function detectionOf(facts: Facts, use: ClientUse): Detection | undefined {
  const [only, ...others] = facts.groups;
  const group =
    groupOf(facts, use) ?? (use.service === undefined && others.length === 0 ? only : undefined);
  if (group === undefined) return undefined;
  const times = group.sentinels.flatMap((sentinel) => {
    const ms = integerOf(groupOption(sentinel, group.name, "down-after-milliseconds"));
    return ms === undefined ? [] : [ms];
  });
  return times.length === 0 ? undefined : { downAfterMs: Math.max(...times), group: group.name };
}

export interface KnownNode {
  readonly node: RedisInstance | SentinelInstance;
  readonly group: Group;
}

/** The Redis node of a group that has this address; by address only, as names are looked up elsewhere. */
export function nodeAt(facts: Facts, { host, port }: ClientAddress): KnownNode | undefined {
  for (const group of facts.groups) {
    for (const node of group.nodes) {
      const at = addressOf(node);
      if (at?.address === host && at.port === port) return { node, group };
    }
  }
  return undefined;
}

/** Whether the Sentinels of the group name this address as the primary in their files. */
export function isMonitored(facts: Facts, { host, port }: ClientAddress): Group | undefined {
  return facts.groups.find((group) =>
    group.sentinels.some(({ config }) =>
      config?.monitors.some(
        (monitor) =>
          monitor.name.text === group.name &&
          monitor.address.text === host &&
          monitor.port.text === String(port),
      ),
    ),
  );
}

/** Commands that look at a server instead of using its data: a tool that sends only these may name a node. */
const INSPECTS = new Set(
  (
    "ping info role config client dbsize slowlog latency memory command time lastsave auth select echo " +
    "subscribe psubscribe monitor close quit disconnect on once off connect setoption sentinel acl debug " +
    "cluster replicaof slaveof bgsave bgrewriteaof save shutdown wait"
  ).split(" "),
);

export function onlyInspects({ commands }: ClientUse): boolean {
  return (
    commands.length > 0 &&
    commands.every(({ name }) => INSPECTS.has(name.toLowerCase().replace(/_.*/s, "")))
  );
}

/** Whether any text or pattern of the file holds this. */
export function says(file: ClientFile, pattern: RegExp): boolean {
  return file.program.texts.some(({ text }) => pattern.test(text));
}

/** Whether any of the code that was given follows `+switch-master`. */
export function listensToSwitches(facts: Facts): boolean {
  return facts.clients.some((file) => says(file, /switch-master/));
}

/** The types of a handler with their full names; empty when it catches everything. */
export function caught(file: ClientFile, types: readonly string[]): readonly string[] {
  return types.map((type) => canonical(file.program, type));
}

export function shown({ host, port }: ClientAddress): string {
  return `${host}:${String(port)}`;
}

/** For messages: "500 ms", "60 s". */
export function time(ms: number): string {
  const rounded = Math.round(ms);
  return rounded >= 10_000 && rounded % 1000 === 0
    ? `${String(rounded / 1000)} s`
    : `${String(rounded)} ms`;
}
