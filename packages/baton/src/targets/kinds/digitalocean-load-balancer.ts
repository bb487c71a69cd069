// DigitalOcean: keeps the primary's droplet, and no other, behind a load balancer.
import { z } from "zod";
import { placeOf } from "../api/place.ts";
import { NOBODY, type Reading, type TargetKind } from "../target.ts";
import { openDigitalOcean } from "../vendors/digitalocean/client.ts";
import { type Droplets, dropletsOf } from "../vendors/digitalocean/droplets.ts";
import { loadBalancerOf } from "../vendors/digitalocean/load-balancer.ts";
import { proveBalancer } from "../vendors/digitalocean/load-balancer-proofs.ts";
import { AGAIN_MS_MAX, common, droplets, timeout } from "../vendors/digitalocean/settings.ts";

const settings = z.strictObject({
  loadBalancer: z
    .string()
    .regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, {
      error: "Expected a load balancer's id, such as 4de7ac8b-495b-4884-9a69-1050c6793cd6",
    })
    .meta({ description: "The load balancer's id; it exists, and is in the region of the droplets." }),
  droplets,
  tag: z
    .string()
    .regex(/^[A-Za-z0-9_:-]{1,255}$/, {
      error: "Expected a tag as the vendor takes it: letters, digits, colons, dashes and underscores",
    })
    .optional()
    .meta({
      description:
        "The tag that the load balancer follows, used for nothing else: Baton takes it from every droplet " +
        "but the primary's, and firewalls follow tags, too. Absent: the balancer has a list of droplets.",
    }),
  ...common,
  timeout: timeout("45s"),
});
type Settings = z.output<typeof settings>;

function readingOf(members: readonly number[], known: Droplets): Reading | undefined {
  const [only, ...more] = members;
  if (only === undefined) return undefined;
  const raw = members.map((id) => known.nameOf(id)).join(", ");
  const endpoint = more.length === 0 ? known.endpointOf(only) : undefined;
  return { endpoint: endpoint ?? NOBODY, epoch: undefined, raw };
}

export const digitaloceanBalancer: TargetKind<Settings> = {
  id: "digitalocean-load-balancer",
  summary: "keeps the primary's droplet alone behind a load balancer of DigitalOcean, by list or by tag",
  // It may refuse a change while it is busy with another (403), and promises nothing of the kind.
  fencing: "none",
  tier: "schema",
  facts: {
    delay:
      "two calls, and then the health check's interval times its healthy threshold until the new droplet " +
      "gets connections: about 30 s by the API's defaults, 6 s at the least",
    clients:
      "For some seconds old and new droplet are behind it together; new connections may reach either, or " +
      "nobody while the new one has not passed its health check. What becomes of open ones the vendor does " +
      "not say: Baton's fence ends those to an old primary.",
    rights:
      "A personal access token with the custom scopes `load_balancer:read` and `load_balancer:update`; the " +
      "control panel adds what they require (`actions:read`, `droplet:read`, `image:read`, `regions:read`, " +
      "`sizes:read`, `tag:read`, `vpc:read`). With `tag`: `tag:create`, `tag:delete` and `droplet:update` " +
      "instead of `load_balancer:update`.",
    instead:
      "the same balancer, INTERNAL, with all droplets behind it by tag and an http health check on the " +
      "agent's `/primary`: it follows by itself in two or three checks, with no token and no call",
  },
  reach: "shared",
  // Every change takes two calls and makes clients wait for health checks.
  followsEarly: false,
  settings,
  reachedAt: ({ endpoint }) => [placeOf(endpoint)],
  async open(own, surroundings) {
    const known = dropletsOf(own.droplets, surroundings);
    const api = await openDigitalOcean(own, surroundings);
    const { loadBalancer: id, tag } = own;
    const againMs = Math.min(own.checkEvery, AGAIN_MS_MAX);
    const options = { id, tag, droplets: known, againMs };
    const balancer = loadBalancerOf(api, options);
    return {
      deadlineMs: own.timeout,
      checkEveryMs: own.checkEvery,
      read: async (signal) => readingOf(await balancer.members(signal), known),
      write: ({ endpoint }, signal) => balancer.lead(known.idOf(endpoint), signal),
      prove: (signal) => proveBalancer(api, balancer, options, signal),
      close: () => api.close(),
    };
  },
};
