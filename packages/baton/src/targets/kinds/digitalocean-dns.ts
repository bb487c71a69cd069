// DigitalOcean: keeps an A or AAAA record of a domain on the primary, and its epoch in a TXT record beside.
import { z } from "zod";
import { duration } from "../../cluster/schema-values.ts";
import { placeOf } from "../api/place.ts";
import type { TargetKind } from "../target.ts";
import { openDigitalOcean } from "../vendors/digitalocean/client.ts";
import { nameOf } from "../vendors/digitalocean/name.ts";
import { recordsOf } from "../vendors/digitalocean/records.ts";
import { AGAIN_MS_MAX, common, timeout } from "../vendors/digitalocean/settings.ts";

const LABEL = "[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?";
const labels = (least: number) => new RegExp(`^(?=.{1,253}$)${LABEL}(\\.${LABEL}){${least},}$`);
const DAY_MS = 86_400_000;

const settings = z.strictObject({
  domain: z
    .string()
    .regex(labels(1), { error: "Expected a domain such as example.com, without a dot at its end" })
    .meta({ description: "The domain, as the vendor's list of domains has it." }),
  record: z
    .union([z.literal("@"), z.string().regex(labels(0))], {
      error: "Expected a name within the domain, such as redis, or @ for the domain itself",
    })
    .meta({ description: "The name within the domain; it is made when it is not there." }),
  ttl: duration(30_000, DAY_MS).prefault("30s").meta({
    description: "How long resolvers may keep it, in whole seconds; the vendor takes 30s or more.",
  }),
  keepEpoch: z.boolean().default(true).meta({
    description: "Whether a TXT record of the same name holds the epoch, for agents that come late.",
  }),
  ...common,
  timeout: timeout("20s"),
});
type Settings = z.output<typeof settings>;

export const digitaloceanDns: TargetKind<Settings> = {
  id: "digitalocean-dns",
  summary: "keeps an A or AAAA record at DigitalOcean on the primary, with the epoch in a TXT record",
  // The epoch is read before a write; between the two nothing holds a late writer back.
  fencing: "none",
  tier: "schema",
  facts: {
    delay: "a second or two, and then the TTL: 30 s at the least; some clients keep a name longer",
    clients:
      "Nothing cuts open connections. New ones reach the new primary when resolvers, and clients that keep " +
      "names of their own (a JVM, a pool), have asked again.",
    rights:
      "A personal access token with the custom scopes `domain:read` and `domain:update`. They reach every " +
      "domain of the team: use a team of its own, or a domain that is delegated there.",
    instead:
      "the router, or an INTERNAL load balancer by tag with an http health check on the agent's " +
      "`/primary`: neither waits for resolvers",
  },
  reach: "shared",
  // What a resolver has been told stays there for the TTL.
  followsEarly: false,
  settings,
  reachedAt: ({ endpoint }) => [placeOf(endpoint)],
  async open(own, surroundings) {
    const { group, nodes } = surroundings;
    const api = await openDigitalOcean(own, surroundings);
    const records = recordsOf(api, own.domain, own.record);
    const ttl = Math.ceil(own.ttl / 1_000);
    const hasEpoch = own.keepEpoch;
    const againMs = Math.min(own.checkEvery, AGAIN_MS_MAX);
    const name = nameOf({ records, group, nodes, ttl, hasEpoch, againMs });
    return {
      deadlineMs: own.timeout,
      checkEveryMs: own.checkEvery,
      read: (signal) => name.read(signal),
      write: (change, signal) => name.write(change, signal),
      prove: (signal) => name.prove(api, signal),
      close: () => api.close(),
    };
  },
};
