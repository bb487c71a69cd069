// Reads every id back from the final primary, and looks whether the replicas hold the same.
import type { DrillSite } from "./site.ts";
import { BatonError } from "../errors.ts";
import { type Door, openDoor } from "../redis/door.ts";
import { asInteger, asList } from "../redis/replies.ts";
import { compareWrites, type WritesFound } from "./measures/writes.ts";
import type { LedgerEntry } from "./types.ts";
import type { WorkloadClient } from "./workload/client.ts";

export interface Audited {
  readonly byClient: ReadonlyMap<string, WritesFound>;
  /** Replicas that hold another number of writes than the primary, in sentences. */
  readonly differences: readonly string[];
}

export interface AuditInput {
  readonly lab: DrillSite;
  readonly group: {
    readonly nodes: readonly {
      readonly host: string;
      readonly address: string;
      readonly port: number;
    }[];
  };
  readonly workload: { readonly clients: readonly WorkloadClient[] };
  readonly entries: readonly LedgerEntry[];
  readonly keyOf: (client: string) => string;
  /** Host of the final primary. */
  readonly primary: string;
  /** Relative to the fault; undefined where nothing was cured. */
  readonly cureAtMs: number | undefined;
}

const CHUNK = 10_000;

async function readIds(door: Door, key: string): Promise<number[]> {
  const ids: number[] = [];
  for (;;) {
    const range = await door.call(["LRANGE", key, String(ids.length), String(ids.length + CHUNK - 1)]);
    const chunk = asList(range, "LRANGE's list");
    for (const item of chunk) ids.push(asInteger(item, "an id"));
    if (chunk.length < CHUNK) return ids;
  }
}

/** @throws BatonError UNREACHABLE, REFUSED when a node cannot be read. */
export async function audit({
  lab,
  group,
  workload,
  entries,
  keyOf,
  primary,
  cureAtMs,
}: AuditInput): Promise<Audited> {
  const { application: password, tls } = lab.secrets;
  const open = ({ address, port }: { address: string; port: number }) =>
    openDoor({ address, port, password, tls, commandMs: 5_000, connectMs: 1_000 });
  const doors = new Map(group.nodes.map((plan) => [plan.host, open(plan)]));
  try {
    const door = doors.get(primary);
    if (door === undefined)
      throw new BatonError("UNABLE", `the final primary ${primary} is not in the layout`);
    const byClient = new Map<string, WritesFound>();
    const differences: string[] = [];
    for (const { id } of workload.clients) {
      const own = entries.filter(({ client }) => client === id);
      const found = await readIds(door, keyOf(id));
      byClient.set(id, compareWrites(own, found, cureAtMs));
      for (const [host, replica] of doors) {
        if (host === primary) continue;
        const length = asInteger(await replica.call(["LLEN", keyOf(id)]), "LLEN");
        if (length !== found.length)
          differences.push(`${host} holds ${length} writes of ${id}, the primary ${found.length}`);
      }
    }
    for (const { id } of workload.clients) await door.call(["DEL", keyOf(id)]);
    return { byClient, differences };
  } finally {
    for (const door of doors.values()) door.close();
  }
}
