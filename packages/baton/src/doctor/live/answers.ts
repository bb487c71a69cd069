// What several rules ask of the answers of running processes. Pure.
import type { Endpoint } from "../../cluster/types.ts";
import type { Facts, Group, LiveRedis, LiveSentinel, LiveView, RedisInstance } from "../facts.ts";
import type { Place } from "../finding.ts";

export type Row = ReadonlyMap<string, string>;

/** One Sentinel's answer about one group. */
export interface Voice {
  readonly group: Group;
  readonly sentinel: LiveSentinel;
  readonly view: LiveView;
  /** ADDRESS:PORT of the Sentinel. */
  readonly name: string;
  readonly place: Place;
}

/** A node that answered. */
export interface Answer {
  readonly node: RedisInstance;
  readonly live: LiveRedis;
  readonly info: Row;
  /** ADDRESS:PORT */
  readonly name: string;
  readonly place: Place;
  readonly isPrimary: boolean;
}

export function placeAt(endpoint: Endpoint): Place {
  return { file: nameOf(endpoint), line: 0, column: 0 };
}

/** ADDRESS:PORT */
export function nameOf({ address, port }: Endpoint): string {
  return `${address}:${String(port)}`;
}

/** Every Sentinel that speaks of the group. */
export function voicesOf(group: Group): readonly Voice[] {
  return group.sentinels.flatMap(({ live }) => {
    const view = live?.groups.get(group.name);
    if (live === undefined || view === undefined) return [];
    return [{ group, sentinel: live, view, name: nameOf(live), place: placeAt(live) }];
  });
}

export function answersOf(nodes: readonly RedisInstance[]): readonly Answer[] {
  return nodes.flatMap((node) => {
    const { live } = node;
    if (live?.info === undefined) return [];
    const isPrimary = live.info.get("role") === "master";
    return [{ node, live, info: live.info, name: nameOf(live), place: placeAt(live), isPrimary }];
  });
}

/** Sentinels that were asked, and did not answer. */
export function silentSentinels(facts: Facts): readonly (LiveSentinel & { readonly silence: string })[] {
  return facts.sentinels.flatMap(({ live }) =>
    live?.silence === undefined ? [] : [{ ...live, silence: live.silence }],
  );
}

/** The node of a group at an address, whether it answered or not; undefined when nobody asked it. */
export function nodeAt({ nodes }: Group, name: string): LiveRedis | undefined {
  return nodes.flatMap(({ live }) => live ?? []).find((live) => nameOf(live) === name);
}

/** The clients' login was wrong, which says nothing about the process. */
export function isLoginProblem(silence: string): boolean {
  return /\b(?:NOAUTH|WRONGPASS|NOPERM)\b/.test(silence);
}

/** ADDRESS:PORT of a row of SENTINEL MASTER, REPLICAS or SENTINELS. */
export function rowName(row: Row): string {
  return `${row.get("ip") ?? "?"}:${row.get("port") ?? "?"}`;
}

/** The primary of a replica, as it says itself. */
export function upstreamOf({ info }: Answer): string {
  return `${info.get("master_host") ?? "?"}:${info.get("master_port") ?? "?"}`;
}

/** Whether one of these is among the flags: s_down, o_down, disconnected, ... */
export function hasFlag(row: Row, ...flags: readonly string[]): boolean {
  const own = (row.get("flags") ?? "").split(",");
  return flags.some((flag) => own.includes(flag));
}

/** Undefined for what is not there, and for what is no number. */
export function numberIn(row: Row, name: string): number | undefined {
  const text = row.get(name);
  return text !== undefined && /^-?\d{1,16}(?:\.\d+)?$/.test(text) ? Number(text) : undefined;
}

/** Addresses that Sentinels name as the primary of the group, each once. */
export function namedPrimaries(group: Group): readonly string[] {
  return [...new Set(voicesOf(group).map(({ view }) => rowName(view.primary)))];
}

/** What all Sentinels know as replicas, each once, as the Sentinel says that sees the most wrong with it. */
export function replicaRows(group: Group): ReadonlyMap<string, Row> {
  const rows = new Map<string, Row>();
  for (const { view } of voicesOf(group)) {
    for (const row of view.replicas) {
      if (!rows.has(rowName(row)) || hasFlag(row, "s_down", "disconnected")) rows.set(rowName(row), row);
    }
  }
  return rows;
}

/** A span for people: "800 ms", "12 s", "3 min", "2 h". */
export function spanOf(ms: number): string {
  if (ms < 1_000) return `${String(Math.round(ms))} ms`;
  if (ms < 120_000) return `${String(Math.round(ms / 1_000))} s`;
  return ms < 7_200_000
    ? `${String(Math.round(ms / 60_000))} min`
    : `${String(Math.round(ms / 3_600_000))} h`;
}

/** A size for people: "12 MB". */
export function sizeOf(bytes: number): string {
  if (bytes < 1_000) return `${String(Math.round(bytes))} bytes`;
  if (bytes < 1e6) return `${String(Math.round(bytes / 1e3))} KB`;
  return bytes < 1e9 ? `${String(Math.round(bytes / 1e6))} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
