// Records of a domain: lists those of one name, and changes, makes and removes one at a time.
import { z } from "zod";
import { ApiRefusal } from "../../api/refusal.ts";
import type { DigitalOcean } from "./client.ts";

const PER_PAGE = 200;
/** A name with more records than this is none of ours. */
const PAGES_MAX = 5;

const record = z
  .object({
    id: z.int(),
    type: z.string(),
    name: z.string(),
    data: z.string().default(""),
    ttl: z.int().default(1_800),
  })
  // A text may come in quotes; it is sent without.
  .transform((one) => (one.type === "TXT" ? { ...one, data: one.data.replaceAll(/^"|"$/g, "") } : one));
export type DnsRecord = z.output<typeof record>;

const pageReply = z.object({
  domain_records: z.array(record),
  links: z.object({ pages: z.object({ next: z.string().optional() }).optional() }).optional(),
});
/** Not looked at further: the next look reads the record anew. */
const recordReply = z.object({ domain_record: z.object({ id: z.int() }) });

/** What a record should be; its name never changes. */
export interface Wanted {
  readonly type: "A" | "AAAA" | "TXT";
  readonly data: string;
  /** Seconds. */
  readonly ttl: number;
}

export interface Records {
  /** `redis.example.com` */
  readonly fullName: string;
  /** All of the name, of every type, the oldest first. */
  list(signal: AbortSignal): Promise<readonly DnsRecord[]>;
  /** Changes the record, or makes one where there is none. Asks for nothing when it is so already. */
  put(present: DnsRecord | undefined, wanted: Wanted, signal: AbortSignal): Promise<void>;
  /** One that is gone already is fine. */
  remove(one: DnsRecord, signal: AbortSignal): Promise<void>;
}

/** `name` is relative to the domain; "@" is the domain itself. */
export function recordsOf(api: DigitalOcean, domain: string, name: string): Records {
  const path = `/v2/domains/${encodeURIComponent(domain)}/records`;
  const fullName = name === "@" ? domain : `${name}.${domain}`;

  async function page(number: number, signal: AbortSignal) {
    const query = new URLSearchParams({
      name: fullName,
      per_page: String(PER_PAGE),
      page: String(number),
    });
    const asked = {
      method: "GET",
      path: `${path}?${query}`,
      reply: pageReply,
      scope: "domain:read",
    } as const;
    return await api.ask(asked, signal);
  }

  return {
    fullName,
    async list(signal) {
      const found: DnsRecord[] = [];
      for (let number = 1; number <= PAGES_MAX; number += 1) {
        const { domain_records: some, links } = await page(number, signal);
        // Whatever the filter makes of the name: a record of another one is never touched.
        found.push(...some.filter((one) => one.name.toLowerCase() === name.toLowerCase()));
        if (links?.pages?.next === undefined) return found.toSorted((one, other) => one.id - other.id);
      }
      throw new Error(`${fullName}: more than ${PER_PAGE * PAGES_MAX} records are listed for it`);
    },
    async put(present, { type, data, ttl }, signal) {
      const isSo = present?.type === type && present.data === data && present.ttl === ttl;
      if (isSo) return;
      // The vendor wants the type with every change.
      const asked =
        present === undefined
          ? ({ method: "POST", path, body: { type, name, data, ttl } } as const)
          : ({ method: "PATCH", path: `${path}/${present.id}`, body: { type, data, ttl } } as const);
      await api.ask({ ...asked, reply: recordReply, scope: "domain:update" }, signal);
    },
    async remove({ id }, signal) {
      try {
        await api.ask({ method: "DELETE", path: `${path}/${id}`, scope: "domain:update" }, signal);
      } catch (error) {
        if (!(error instanceof ApiRefusal) || error.status !== 404) throw error;
      }
    },
  };
}
