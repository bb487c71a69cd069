// What several rules ask about client code: every use with its file, its group, and what that group's
// configuration says about the times that the client has to reckon with.
import { canonical } from "./code/program.ts";
import type { ClientAddress, ClientFile, ClientUse } from "./facts-clients.ts";
import type { Facts, Group, RedisInstance, SentinelInstance } from "./facts.ts";
import { monitorsNamed } from "./monitors.ts";
import { nearestIn } from "./near.ts";
import { downAfterMs } from "./nodes.ts";
import { oncePer } from "./once.ts";
import { addressOf } from "./settings.ts";

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
  const near = service === undefined ? undefined : indexOf(facts).named.get(service);
  const [only, ...others] = near?.(use.place.file) ?? [];
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
  const longestMs = longestDownAfterMs(group);
  return longestMs === undefined ? undefined : { downAfterMs: longestMs, group: group.name };
}

const longestDownAfterMs = oncePer(downAfterMs);

export interface KnownNode {
  readonly node: RedisInstance | SentinelInstance;
  readonly group: Group;
}

/** The Redis node of a group that has this address; by address only, as names are looked up elsewhere. */
export function nodeAt(facts: Facts, address: ClientAddress): KnownNode | undefined {
  return indexOf(facts).nodes.get(shown(address));
}

/** The group whose Sentinels name this address as the primary in their files. */
export function isMonitored(facts: Facts, address: ClientAddress): Group | undefined {
  return indexOf(facts).monitored.get(shown(address));
}

interface Index {
  /** The groups of a name, of several the nearest to a file. */
  readonly named: ReadonlyMap<string, (file: string) => readonly Group[]>;
  /** By ADDRESS:PORT; of several groups the first. */
  readonly nodes: ReadonlyMap<string, KnownNode>;
  readonly monitored: ReadonlyMap<string, Group>;
}

/** Code may name hundreds of nodes hundreds of times. */
const indexOf = oncePer((facts: Facts): Index => {
  const byName = new Map<string, Group[]>();
  const nodes = new Map<string, KnownNode>();
  const monitored = new Map<string, Group>();
  for (const group of facts.groups) {
    const same = byName.get(group.name);
    if (same === undefined) byName.set(group.name, [group]);
    else same.push(group);
    for (const node of group.nodes) {
      const at = addressOf(node);
      const name = at && shown({ host: at.address, port: at.port });
      if (name !== undefined && !nodes.has(name)) nodes.set(name, { node, group });
    }
    const monitors = group.sentinels.flatMap(({ config }) => monitorsNamed(config, group.name));
    for (const { address, port } of monitors) {
      const name = `${address.text}:${port.text}`;
      if (!monitored.has(name)) monitored.set(name, group);
    }
  }
  const named = [...byName].map(([name, groups]) => [name, nearestIn(groups, fileOf)] as const);
  return { named: new Map(named), nodes, monitored };
});

/** Commands that look at a server instead of using its data: a tool that sends only these may name a node. */
const INSPECTS = new Set(
  (
    "ping info role config client dbsize slowlog latency memory command time lastsave auth select echo " +
    "subscribe psubscribe monitor close quit disconnect on once off connect setoption sentinel acl debug " +
    "cluster replicaof slaveof bgsave bgrewriteaof save shutdown wait"
  ).split(" "),
);

/** What every client does before it is used; it says nothing of what for. */
const PREPARES = /^(auth|connect|off|on|once|select|setOption)$/i;

export function onlyInspects({ commands }: ClientUse): boolean {
  return (
    commands.some(({ name }) => !PREPARES.test(name)) &&
    commands.every(({ name }) => INSPECTS.has(name.toLowerCase().replace(/_.*/s, "")))
  );
}

/** Logs in, perhaps asks for the role, and is handed to whoever asked for a connection. */
export function isPrepared({ commands }: ClientUse): boolean {
  return commands.every(({ name }) => PREPARES.test(name) || /^role$/i.test(name));
}

/** BullMQ demands this of the connections that it is handed: its workers wait for a job, however long. */
export function waitsByDesign({ library, made, commands }: ClientUse): boolean {
  const options = made.arguments.flatMap((value) => (value.kind === "record" ? value.entries : []));
  const retries = options.find(({ name }) => name === "maxRetriesPerRequest");
  return library === "ioredis" && commands.length === 0 && retries?.value.kind === "nothing";
}

/** The kernel connects these at once, or refuses. */
export function isLocalSocket({ address, made, commands }: ClientUse): boolean {
  const texts = [made, ...commands].flatMap((call) => call.arguments);
  const isPath = texts.some((value) => value.kind === "text" && /^\/.*\.sock$/.test(value.text));
  return isPath || address?.value?.host.startsWith("/") === true;
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
