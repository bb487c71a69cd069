// A load balancer: asks which droplets are behind it, puts the new one there first, and then takes the others
// away. Never by PUT, which resets every field that it does not name.
import { z } from "zod";
import { TryLater } from "../../target.ts";
import type { DigitalOcean } from "./client.ts";
import type { Droplets } from "./droplets.ts";
import { until } from "./until.ts";

const rule = z.object({ entry_protocol: z.string(), entry_port: z.int(), target_port: z.int() });
const healthCheck = z.object({
  protocol: z.string().default("http"),
  port: z.int().default(80),
  path: z.string().default("/"),
  check_interval_seconds: z.int().default(10),
  healthy_threshold: z.int().default(3),
});
/** All that a change looks at: whatever else the vendor says in a new way must not stop a failover. */
const behind = z.object({
  tag: z.string().nullish(),
  // Without the right to read droplets it may be missing: then nobody knows where clients go.
  droplet_ids: z.array(z.int(), { error: "missing; the token may lack the scope droplet:read" }),
});
const behindReply = z.object({ load_balancer: behind });
export type Behind = z.output<typeof behind>;

const balancerReply = z.object({
  load_balancer: behind.extend({
    status: z.string().default("active"),
    type: z.string().default("REGIONAL"),
    network: z.string().default("EXTERNAL"),
    region: z.object({ slug: z.string() }).optional(),
    vpc_uuid: z.string().optional(),
    enable_proxy_protocol: z.boolean().default(false),
    forwarding_rules: z.array(rule),
    health_check: healthCheck.prefault({}),
    firewall: z.object({ allow: z.array(z.string()).default([]) }).prefault({}),
  }),
});
export type BalancerState = z.output<typeof balancerReply>["load_balancer"];

export interface BalancerOptions {
  readonly id: string;
  /** The tag whose droplets it follows; undefined when it has a list of droplets. */
  readonly tag: string | undefined;
  readonly droplets: Droplets;
  /** When only a person can make it right: the next look, milliseconds. */
  readonly againMs: number;
}

export interface LoadBalancer {
  /** As it is, whatever it is. */
  look(signal: AbortSignal): Promise<BalancerState>;
  /** The droplets behind it. @throws TryLater while it is not as the cluster file says, or has others. */
  members(signal: AbortSignal): Promise<readonly number[]>;
  /** Resolves when that droplet is the only one behind it. */
  lead(dropletId: number, signal: AbortSignal): Promise<void>;
}

/** What speaks against changing it; undefined when nothing does. */
export function objection(
  { tag: told, droplet_ids: members }: Behind,
  { tag, droplets }: Pick<BalancerOptions, "tag" | "droplets">,
): string | undefined {
  const found = told ?? "";
  if (found !== "" && tag === undefined) {
    return `it follows the tag ${found}: add tag: ${found} here, or give it a list of droplets`;
  }
  if (found.toLowerCase() !== (tag ?? "").toLowerCase()) {
    const has = found === "" ? "has a list of droplets" : `follows the tag ${found}`;
    return `it ${has}, and not the tag ${tag}`;
  }
  const stranger = members.find((id) => droplets.endpointOf(id) === undefined);
  if (stranger === undefined) return undefined;
  return `behind it is ${droplets.nameOf(stranger)}: Baton leaves it alone until that one is taken away`;
}

/** What asks for one more droplet behind it, or some less. */
function changesOf(api: DigitalOcean, { id, tag }: BalancerOptions) {
  const path =
    tag === undefined
      ? `/v2/load_balancers/${id}/droplets`
      : `/v2/tags/${encodeURIComponent(tag)}/resources`;
  const bodyOf = (ids: readonly number[]) =>
    tag === undefined
      ? { droplet_ids: ids }
      : { resources: ids.map((one) => ({ resource_id: String(one), resource_type: "droplet" })) };
  const scopes = { POST: "tag:create and droplet:update", DELETE: "tag:delete and droplet:update" };
  return (method: "POST" | "DELETE", ids: readonly number[], signal: AbortSignal): Promise<unknown> => {
    const scope = tag === undefined ? "load_balancer:update" : scopes[method];
    return api.ask({ method, path, body: bodyOf(ids), scope }, signal);
  };
}

export function loadBalancerOf(api: DigitalOcean, options: BalancerOptions): LoadBalancer {
  const { id, droplets } = options;
  const what = `load balancer ${id}`;
  const change = changesOf(api, options);

  const asked = {
    method: "GET",
    path: `/v2/load_balancers/${id}`,
    scope: "load_balancer:read",
  } as const;

  async function members(signal: AbortSignal): Promise<readonly number[]> {
    const { load_balancer: found } = await api.ask({ ...asked, reply: behindReply }, signal);
    const against = objection(found, options);
    if (against !== undefined) throw new TryLater(`${what}: ${against}`, options.againMs);
    return found.droplet_ids;
  }

  /** @throws Error when somebody else changes it at the same time: the engine finds out who is newer. */
  function refuseNews(before: readonly number[], now: readonly number[], own: number): void {
    const news = now.find((one) => one !== own && !before.includes(one));
    if (news === undefined) return;
    throw new Error(
      `${what}: ${droplets.nameOf(news)} has come meanwhile: somebody else changes it, too`,
    );
  }

  return {
    look: async (signal) => (await api.ask({ ...asked, reply: balancerReply }, signal)).load_balancer,
    members,
    async lead(own, signal) {
      const before = await members(signal);
      if (!before.includes(own)) await change("POST", [own], signal);
      // Nothing is taken away before the balancer itself says that the new one is there.
      const joined = before.includes(own)
        ? before
        : await until(async () => {
            const now = await members(signal);
            return now.includes(own) ? now : undefined;
          }, signal);
      refuseNews(before, joined, own);
      const others = joined.filter((one) => one !== own);
      if (others.length === 0) return;
      await change("DELETE", others, signal);
      await until(async () => {
        const now = await members(signal);
        if (!now.includes(own))
          throw new Error(`${what}: somebody else took ${droplets.nameOf(own)} away`);
        refuseNews(joined, now, own);
        return now.length === 1 ? now : undefined;
      }, signal);
    },
  };
}
