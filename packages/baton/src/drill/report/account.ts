// What the reports for documents and the page share beyond figures: promises by name, the ledger in
// sums, errors by class, the cluster's configuration, and what a run does not prove.
import { counted } from "redis-baton-dashboard/drawings";
import type { ClientResult, DrillEvidence, DrillResult, TimingResult } from "../types.ts";
import { byKind, objective, printable } from "./words.ts";

const PROMISES: Readonly<Record<string, string>> = {
  rto: "RTO",
  "no-failover": "No failover",
  rpo: "RPO",
  fence: "Fence",
  "quiet-cure": "Nobody sent back",
  targets: "Targets follow",
  whole: "Whole again",
};

const NAME_MAX = 40;

/** A promise of a newer Baton keeps its id. */
export const promiseName = (id: string): string => PROMISES[id] ?? printable(id, NAME_MAX);

/** What became of writes. */
export interface Account {
  readonly sent: number;
  readonly acknowledged: number;
  /** The server said no: certainly not executed. */
  readonly refused: number;
  readonly unknown: number;
  readonly lost: number;
  readonly duplicated: number;
}

function accountOf(clients: readonly ClientResult[]): Account {
  const sum = (of: (client: ClientResult) => number) =>
    clients.reduce((total, client) => total + of(client), 0);
  return {
    sent: sum(({ sent }) => sent),
    acknowledged: sum(({ acknowledged }) => acknowledged),
    refused: sum(({ sent, acknowledged, unknown }) => sent - acknowledged - unknown),
    unknown: sum(({ unknown }) => unknown),
    lost: sum(({ lost }) => lost),
    duplicated: sum(({ duplicated }) => duplicated),
  };
}

export interface AccountRow extends Account {
  readonly label: string;
}

/** One row a kind of client, and one for all. */
export function accountRows(result: DrillResult): readonly AccountRow[] {
  const kinds = byKind(result).map(({ label, clients }) => ({ label, ...accountOf(clients) }));
  return [...kinds, { label: "all", ...accountOf(result.clients) }];
}

export interface ErrorRow {
  readonly error: string;
  readonly refused: number;
  readonly unknown: number;
  readonly clients: number;
}

/** Most frequent first. */
export function errorRows({ ledger }: DrillEvidence): readonly ErrorRow[] {
  const rows = new Map<string, { refused: number; unknown: number; who: Set<string> }>();
  for (const { outcome, client } of ledger) {
    if (outcome.kind === "acknowledged") continue;
    const row = rows.get(outcome.error) ?? { refused: 0, unknown: 0, who: new Set<string>() };
    row[outcome.kind === "failed" ? "refused" : "unknown"] += 1;
    row.who.add(client);
    rows.set(outcome.error, row);
  }
  return [...rows]
    .map(([error, { refused, unknown, who }]) => ({ error, refused, unknown, clients: who.size }))
    .sort((a, b) => b.refused + b.unknown - a.refused - a.unknown || (a.error < b.error ? -1 : 1));
}

const UNITS: Readonly<Record<string, string>> = { Ms: " ms", Seconds: " s" };

/** "downAfterMs" and 1490 are "down-after" and "1490 ms": as in sentinel.conf, so that it can be searched. */
export function timingRow({ name, value }: TimingResult): {
  readonly name: string;
  readonly value: string;
} {
  const [, stem = name, unit = ""] = /^(.+?)(Ms|Seconds)?$/.exec(name) ?? [];
  const words = stem.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return { name: printable(words, NAME_MAX), value: `${Number(value.toFixed(3))}${UNITS[unit] ?? ""}` };
}

/** Each engine once, and on which hosts where they are several: "redis 7.0.15 (h1, h2)". */
export function versionsOf({ cluster }: DrillResult): string {
  const hosts = new Map<string, string[]>();
  for (const [host, version] of Object.entries(cluster.versions).sort(([a], [b]) => (a < b ? -1 : 1)))
    hosts.set(version, [...(hosts.get(version) ?? []), host]);
  const [only, ...others] = hosts.keys();
  if (only === undefined) return "not known";
  if (others.length === 0) return only;
  return [...hosts].map(([version, names]) => `${version} (${names.join(", ")})`).join(", ");
}

const DURABILITY: Readonly<Record<DrillResult["cluster"]["durability"], string>> = {
  async: "async: a write is acknowledged before a replica has it",
  replicated: "replicated: acknowledged when all replicas have it that could be promoted",
};

/** Name and value of everything that was agreed on beforehand, timings apart. */
export function configurationRows(result: DrillResult): readonly (readonly [string, string])[] {
  const { cluster, rto, rpo } = result;
  const processes = `${counted(cluster.nodes, "Redis node")}, ${counted(cluster.sentinels, "Sentinel")}`;
  const allowed = rpo.objectiveMs === null ? "no promise" : `at most the last ${rpo.objective}`;
  return [
    ["Objective RTO", objective(rto.objectiveMs)],
    ["Objective RPO", allowed],
    ["Durability of the router", cluster.baton ? DURABILITY[cluster.durability] : "no router ran"],
    ["Processes", cluster.baton ? `${processes}, agents and routers` : `${processes}, nothing of Baton`],
    ["Versions", versionsOf(result)],
    ["Links between hosts", cluster.wires ? "through forwarders that can be cut" : "direct"],
  ];
}

const LOOPBACK =
  "All processes ran on one machine and spoke over loopback. Your network adds its round trips, its " +
  "losses and its timeouts; your disks and neighbours add theirs.";
const REAL_HOSTS =
  "It ran with the load, the data and the network of that hour: another hour has others. The fault " +
  "reached the hosts over SSH and its moment is that of the answer: an outage may have been longer by as " +
  "much as that took. Clients were as far away as the machine of the drill.";

/** A report that is quoted without its limits is a wrong report: they are part of each. */
export function limitsOf({ cluster, rpo, fault }: DrillResult): readonly string[] {
  const wires = cluster.wires ? " The forwarders between the hosts cost some time of their own." : "";
  return [
    `${cluster.place === "hosts" ? REAL_HOSTS : LOOPBACK}${wires}`,
    "Redis replicates asynchronously: a primary acknowledges a write before a replica has it. This run " +
      `lost ${counted(rpo.lost, "acknowledged write")}, which does not bound what the next one loses.`,
    "A write that was sent and never answered may have been executed or not. It counts neither as " +
      "acknowledged nor as lost, and an application that sends it again may execute it twice.",
    `One fault, once: ${printable(fault, NAME_MAX)}. A frozen process, a partition or a full disk ` +
      "behaves otherwise, and the next run will differ by some hundred milliseconds.",
    "Only the clients in the table were measured. Others have timeouts and retries of their own.",
  ];
}
