// OVHcloud's IP load balancer: of the servers of a TCP farm, one for each node, only the primary's is active.
import { z } from "zod";
import { duration } from "../../cluster/schema-values.ts";
import { placeOf } from "../api/place.ts";
import type { Surroundings, Target, TargetKind } from "../target.ts";
import { ovhAccess, placesOf } from "../vendors/ovh/access.ts";
import { openOvh } from "../vendors/ovh/client.ts";
import { iplbNeeds, openIplb } from "../vendors/ovh/iplb-api.ts";
import { readingOf } from "../vendors/ovh/iplb-judge.ts";
import { farmProofs } from "../vendors/ovh/iplb-proofs.ts";
import { IplbWriter, type Seen } from "../vendors/ovh/iplb-writer.ts";
import { provedBy } from "../vendors/ovh/proofs.ts";
import { openRecent } from "../vendors/ovh/recent.ts";

const settings = z.strictObject({
  service: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, {
      error: "Expected a service name such as loadbalancer-0123456789abcdef or ip-192.0.2.1",
    })
    .meta({ description: "The load balancer's service name." }),
  farm: z.int().min(1).max(Number.MAX_SAFE_INTEGER).meta({
    description: "The id of its TCP farm. The farm is Baton's alone: one server for each node.",
  }),
  othersChanges: z
    .enum(["refuse", "publish"])
    .default("refuse")
    .meta({
      description:
        "What becomes of changes to the load balancer that somebody else has staged and not published: " +
        "`refuse` waits until they are published or taken back, even in a failover; `publish` takes them " +
        "along.",
    }),
  ...ovhAccess,
  turn: duration(100, 60_000).prefault("4s").meta({
    description: "How long the other hosts leave a change to the first; they wait up to twice that.",
  }),
  timeout: duration(1_000, 1_800_000)
    .prefault("3m")
    .meta({ description: "How long one attempt may take, with OVHcloud's refresh." }),
  checkEvery: duration(1_000, 3_600_000)
    .prefault("30s")
    .meta({ description: "How often a farm that is right is looked at again." }),
});
type Settings = z.output<typeof settings>;

async function open(own: Settings, surroundings: Surroundings): Promise<Target> {
  const { service, farm } = own;
  const { nodes } = surroundings;
  const publishesOthers = own.othersChanges === "publish";
  const ovh = await openOvh(own, surroundings);
  const iplb = openIplb(ovh, { service, farm });
  const endpoints = nodes.map(({ endpoint }) => endpoint);
  const parts = { ovh, iplb, service, farm, endpoints, publishesOthers, turnMs: own.turn };
  const writer = new IplbWriter(parts);
  const recent = openRecent<Seen>();
  return {
    deadlineMs: own.timeout,
    checkEveryMs: own.checkEvery,
    async read(signal) {
      const { world, judged } = recent.keep(await writer.look(signal));
      return readingOf(world, judged);
    },
    async write(change, signal) {
      await writer.write(change, recent.take(), signal);
    },
    async prove(signal) {
      const credentials = await ovh.prove(iplbNeeds(service, farm), signal);
      const found = await provedBy(async () => {
        const { world, judged } = await writer.look(signal);
        return farmProofs(world, judged, { farm: { service, farm, publishesOthers }, known: nodes });
      });
      return [...credentials, ...found];
    },
    close: () => ovh.close(),
  };
}

export const ovhIplb: TargetKind<Settings> = {
  id: "ovh-iplb",
  summary: "makes the primary the only active server of a TCP farm of OVHcloud's IP load balancer",
  fencing: "mutex",
  tier: "schema",
  facts: {
    delay: "about 4 seconds of requests (12 when the first host is dead), then OVHcloud's own refresh",
    clients:
      "New connections reach the new primary once the refresh is done. Of open ones OVHcloud only says " +
      "that they are cut when a server is marked down: Baton's fence ends them at the old primary.",
    rights:
      "Consumer key: GET /ipLoadbalancing/{service}/*, " +
      "POST /ipLoadbalancing/{service}/tcp/farm/{farm}/server, " +
      "PUT /ipLoadbalancing/{service}/tcp/farm/{farm}/server/*, POST /ipLoadbalancing/{service}/refresh. " +
      "Service account: loadbalancer:apiovh: pendingChanges/get, task/get, tcp/farm/get, " +
      "tcp/farm/server/get, tcp/farm/server/create, tcp/farm/server/edit, refresh.",
    instead:
      "the router or HAProxy beside the application, which follow in milliseconds; a probe of OVHcloud's " +
      "is made every 30 seconds at best and is slower than this",
  },
  reach: "shared",
  // A refresh takes longer than Sentinel needs to confirm.
  followsEarly: false,
  settings,
  reachedAt: (own) => [placeOf(placesOf(own).base)],
  open,
};
