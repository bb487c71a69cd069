// The calls to a DNS zone. What they change is staged: name servers learn of it with a refresh, which
// publishes what anybody has staged.
import { z } from "zod";
import { ApiRefusal } from "../../api/refusal.ts";
import type { Ovh } from "./client.ts";
import type { OvhNeeds } from "./rights.ts";

/** Under one name; more is a mistake. */
const RECORDS_MAX = 50;

const ids = z.array(z.int().min(0)).max(RECORDS_MAX);
const record = z.object({
  id: z.int().min(0),
  fieldType: z.string().max(20),
  subDomain: z.string().max(255).nullish(),
  target: z.string().max(4_096),
  ttl: z.int().nullish(),
});

export interface ZoneRecord {
  readonly id: number;
  readonly type: string;
  readonly target: string;
  /** Seconds; undefined: the zone's own. */
  readonly ttlSeconds: number | undefined;
}

export interface RecordBody {
  readonly subDomain: string;
  readonly target: string;
  /** Seconds. */
  readonly ttl: number;
}

export interface Zone {
  /** All records of exactly this name, or those of one type, by id. */
  records(
    subDomain: string,
    type: string | undefined,
    signal: AbortSignal,
  ): Promise<readonly ZoneRecord[]>;
  change(id: number, body: RecordBody, signal: AbortSignal): Promise<void>;
  add(type: string, body: RecordBody, signal: AbortSignal): Promise<void>;
  /** One that is gone already is no failure. */
  remove(id: number, signal: AbortSignal): Promise<void>;
  refresh(signal: AbortSignal): Promise<void>;
}

export const zoneNeeds = (zone: string): OvhNeeds => {
  const base = `/domain/zone/${zone}`;
  return {
    rules: [
      { method: "GET", path: `${base}/record` },
      { method: "GET", path: `${base}/record/*` },
      { method: "POST", path: `${base}/record` },
      { method: "PUT", path: `${base}/record/*` },
      { method: "DELETE", path: `${base}/record/*` },
      { method: "POST", path: `${base}/refresh` },
    ],
    actions: ["record/get", "record/create", "record/edit", "record/delete", "refresh"].map(
      (action) => `dnsZone:apiovh:${action}`,
    ),
  };
};

export function openZone(ovh: Ovh, name: string): Zone {
  const base = `/domain/zone/${encodeURIComponent(name)}`;

  async function get(id: number, signal: AbortSignal) {
    try {
      return await ovh.ask({ method: "GET", path: `${base}/record/${id}`, reply: record }, signal);
    } catch (error) {
      // Removed since it was listed.
      if (error instanceof ApiRefusal && error.status === 404) return undefined;
      throw error;
    }
  }

  return {
    async records(subDomain, type, signal) {
      const query = new URLSearchParams({ subDomain });
      if (type !== undefined) query.set("fieldType", type);
      const path = `${base}/record?${query.toString()}`;
      const found = await ovh.ask({ method: "GET", path, reply: ids }, signal);
      const sorted = found.toSorted((one, other) => one - other);
      const all = await Promise.all(sorted.map((id) => get(id, signal)));
      return all.flatMap((one) => {
        // OVHcloud compares like SQL's ILIKE: `_` and `%` in the name stand for others.
        const isIt =
          one !== undefined && (one.subDomain ?? "").toLowerCase() === subDomain.toLowerCase();
        if (!isIt || (type !== undefined && one.fieldType !== type)) return [];
        const ttlSeconds = one.ttl === 0 ? undefined : (one.ttl ?? undefined);
        return [{ id: one.id, type: one.fieldType, target: one.target, ttlSeconds }];
      });
    },
    async change(id, body, signal) {
      await ovh.ask({ method: "PUT", path: `${base}/record/${id}`, body }, signal);
    },
    async add(fieldType, body, signal) {
      await ovh.ask({ method: "POST", path: `${base}/record`, body: { fieldType, ...body } }, signal);
    },
    async remove(id, signal) {
      try {
        await ovh.ask({ method: "DELETE", path: `${base}/record/${id}` }, signal);
      } catch (error) {
        if (!(error instanceof ApiRefusal) || error.status !== 404) throw error;
      }
    },
    async refresh(signal) {
      await ovh.ask({ method: "POST", path: `${base}/refresh` }, signal);
    },
  };
}
