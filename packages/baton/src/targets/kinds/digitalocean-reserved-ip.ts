// DigitalOcean: moves a reserved IP, a public address, to the primary's droplet.
import { z } from "zod";
import { placeOf } from "../api/place.ts";
import { NOBODY, type Reading, type TargetKind } from "../target.ts";
import { openDigitalOcean } from "../vendors/digitalocean/client.ts";
import { type Droplets, dropletsOf } from "../vendors/digitalocean/droplets.ts";
import { type Place, proveReservedIp, reservedIpOf } from "../vendors/digitalocean/reserved-ip.ts";
import { common, droplets, timeout } from "../vendors/digitalocean/settings.ts";

const settings = z.strictObject({
  address: z.ipv4({ error: "Expected the IPv4 address that is reserved" }).meta({
    description: "The reserved IP; in the region of the droplets.",
  }),
  droplets,
  ...common,
  // The vendor takes seconds to move it, and sometimes many.
  timeout: timeout("60s"),
});
type Settings = z.output<typeof settings>;

/** Where a change is under way nobody knows where it leads: a write waits for its end, and looks. */
function readingOf({ dropletId, isLocked }: Place, known: Droplets): Reading | undefined {
  if (dropletId === undefined && !isLocked) return undefined;
  const holder = dropletId === undefined ? "no droplet" : known.nameOf(dropletId);
  if (isLocked)
    return { endpoint: NOBODY, epoch: undefined, raw: `${holder}, and a change is under way` };
  const endpoint = (dropletId === undefined ? undefined : known.endpointOf(dropletId)) ?? NOBODY;
  return { endpoint, epoch: undefined, raw: holder };
}

export const digitaloceanReservedIp: TargetKind<Settings> = {
  id: "digitalocean-reserved-ip",
  summary: "assigns a reserved IP of DigitalOcean to the droplet of the primary",
  // A second change is refused while one is under way (422); an epoch it holds nowhere.
  fencing: "mutex",
  tier: "schema",
  facts: {
    delay: "about 5 to 30 s, as long as the vendor takes to move it; it promises nothing",
    clients:
      "Connections through it break without a word when it moves: clients need timeouts of their own. The " +
      "next one reaches the new primary.",
    rights:
      "A personal access token with the custom scopes `reserved_ip:read` and `reserved_ip:update`; the " +
      "control panel adds what they require (`actions:read`, `droplet:read`, `image:read`, `regions:read`, " +
      "`sizes:read`).",
    instead:
      "an INTERNAL load balancer by tag with an http health check on the agent's `/primary`: it needs no " +
      "token and no call, and a reserved IP is always public, so that Redis needs TLS and a firewall",
  },
  reach: "shared",
  // Connections that moved with it do not come back, and every move takes seconds.
  followsEarly: false,
  settings,
  reachedAt: ({ endpoint }) => [placeOf(endpoint)],
  async open(own, surroundings) {
    const known = dropletsOf(own.droplets, surroundings);
    const api = await openDigitalOcean(own, surroundings);
    const reservedIp = reservedIpOf(api, own.address);
    return {
      deadlineMs: own.timeout,
      checkEveryMs: own.checkEvery,
      read: async (signal) => readingOf(await reservedIp.look(signal), known),
      write: ({ endpoint }, signal) => reservedIp.assign(known.idOf(endpoint), signal),
      prove: (signal) => proveReservedIp(api, own.address, known, signal),
      close: () => api.close(),
    };
  },
};
