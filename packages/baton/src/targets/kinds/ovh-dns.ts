// A DNS record at OVHcloud that names the primary, and a TXT record beside it that holds the epoch.
import { z } from "zod";
import { duration } from "../../cluster/schema-values.ts";
import { placeOf } from "../api/place.ts";
import type { Proof, Surroundings, Target, TargetKind } from "../target.ts";
import { ovhAccess, placesOf } from "../vendors/ovh/access.ts";
import { openOvh } from "../vendors/ovh/client.ts";
import { openZone, zoneNeeds } from "../vendors/ovh/dns-api.ts";
import { nameProofs } from "../vendors/ovh/dns-proofs.ts";
import { DnsWriter, type ZoneSeen } from "../vendors/ovh/dns-writer.ts";
import { provedBy } from "../vendors/ovh/proofs.ts";
import { openRecent } from "../vendors/ovh/recent.ts";

const LABEL = "[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?";

const settings = z.strictObject({
  zone: z
    .string()
    .max(253)
    .regex(new RegExp(`^${LABEL}(\\.${LABEL})+$`), {
      error: "Expected a zone in small letters, such as example.org",
    })
    .meta({ description: "The zone, as OVHcloud names it." }),
  subDomain: z
    .string()
    .max(200)
    .regex(new RegExp(`^$|^${LABEL}(\\.${LABEL})*$`), {
      error: "Expected the name without the zone in small letters, such as redis",
    })
    .meta({
      description:
        "The name below the zone, empty for the zone's own. Its records of the address's type are Baton's " +
        "alone, and so is a TXT record at `_baton.` below it.",
    }),
  ttl: z.int().min(60).max(86_400).default(60).meta({
    description: "How long resolvers may keep the address, seconds; OVHcloud takes 60 and more.",
  }),
  ...ovhAccess,
  timeout: duration(1_000, 600_000)
    .prefault("30s")
    .meta({ description: "How long one attempt may take." }),
  checkEvery: duration(1_000, 3_600_000)
    .prefault("30s")
    .meta({ description: "How often a record that is right is looked at again." }),
});
type Settings = z.output<typeof settings>;

async function open(own: Settings, surroundings: Surroundings): Promise<Target> {
  const { zone: zoneName, subDomain, ttl: ttlSeconds } = own;
  const { nodes, group } = surroundings;
  const ovh = await openOvh(own, surroundings);
  const zone = openZone(ovh, zoneName);
  const name = subDomain === "" ? zoneName : `${subDomain}.${zoneName}`;
  const endpoints = nodes.map(({ endpoint }) => endpoint);
  const writer = new DnsWriter({ zone, group, name, subDomain, ttlSeconds, endpoints });
  const recent = openRecent<ZoneSeen>();
  const look = async (signal: AbortSignal): Promise<readonly Proof[]> => {
    const records = await zone.records(subDomain, undefined, signal);
    await writer.look(signal);
    return nameProofs(records, { name, type: writer.type, ttlSeconds, known: nodes });
  };
  return {
    deadlineMs: own.timeout,
    checkEveryMs: own.checkEvery,
    async read(signal) {
      return writer.readingOf(recent.keep(await writer.look(signal)));
    },
    async write(change, signal) {
      await writer.write(change, recent.take(), signal);
    },
    async prove(signal) {
      const credentials = await ovh.prove(zoneNeeds(zoneName), signal);
      return [...credentials, ...(await provedBy(() => look(signal)))];
    },
    close: () => ovh.close(),
  };
}

export const ovhDns: TargetKind<Settings> = {
  id: "ovh-dns",
  summary: "keeps an A or AAAA record in a DNS zone at OVHcloud at the primary's address",
  fencing: "none",
  tier: "schema",
  facts: {
    delay: "a few seconds of requests, then OVHcloud's name servers, then the TTL: about two minutes",
    clients:
      "They ask for the name again when they connect again, if they do; libraries and runtimes that keep " +
      "addresses longer than the TTL stay at the old one. Open connections stay where they are.",
    rights:
      "Consumer key: GET and POST /domain/zone/{zone}/record, " +
      "GET, PUT and DELETE /domain/zone/{zone}/record/*, " +
      "POST /domain/zone/{zone}/refresh. Service account: dnsZone:apiovh: record/get, record/create, " +
      "record/edit, record/delete, refresh.",
    instead:
      "dns-update with a name server of your own, where an older epoch cannot win; the router, where " +
      "seconds count. A refresh of the zone publishes what anybody has staged there, and OVHcloud does " +
      "not show whether somebody has.",
  },
  reach: "shared",
  // Resolvers keep what they were told.
  followsEarly: false,
  settings,
  reachedAt: (own) => [placeOf(placesOf(own).base)],
  open,
};
