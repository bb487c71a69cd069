// Droplets: what the cloud names by number and the cluster file by host.
import { z } from "zod";
import type { Endpoint } from "../../../cluster/types.ts";
import { BatonError } from "../../../errors.ts";
import { ApiRefusal } from "../../api/refusal.ts";
import { endpointText, isSameEndpoint, type Proof, type Surroundings } from "../../target.ts";
import type { DigitalOcean } from "./client.ts";
import { proofOf } from "./proofs.ts";

interface Droplet {
  readonly host: string;
  readonly id: number;
  readonly endpoint: Endpoint;
}

export interface Droplets {
  readonly all: readonly Droplet[];
  /** @throws Error when no host has a node there. */
  idOf(endpoint: Endpoint): number;
  endpointOf(id: number): Endpoint | undefined;
  /** `droplet 3164441 (h1)`, for sentences. */
  nameOf(id: number): string;
}

/** @throws BatonError CLUSTER_FILE unless every host with a node has a droplet, and nobody else. */
export function dropletsOf(
  ids: Readonly<Record<string, number>>,
  { name, group, nodes }: Pick<Surroundings, "name" | "group" | "nodes">,
): Droplets {
  const refuse = (what: string) => new BatonError("CLUSTER_FILE", `target ${name}: droplets ${what}`);
  const all = nodes.map(({ host, endpoint }): Droplet => {
    const id = ids[host];
    if (id === undefined) throw refuse(`lacks ${host}, which has a node of ${group}`);
    return { host, id, endpoint };
  });
  const stranger = Object.keys(ids).find((host) => nodes.every((node) => node.host !== host));
  if (stranger !== undefined) throw refuse(`names ${stranger}, which has no node of ${group}`);
  return {
    all,
    idOf(endpoint) {
      const found = all.find((one) => isSameEndpoint(one.endpoint, endpoint));
      if (found === undefined)
        throw new Error(`no host of ${group} has a node at ${endpointText(endpoint)}`);
      return found.id;
    },
    endpointOf: (id) => all.find((one) => one.id === id)?.endpoint,
    nameOf(id) {
      const host = all.find((one) => one.id === id)?.host;
      return `droplet ${id}${host === undefined ? ", which is no host of the group" : ` (${host})`}`;
    },
  };
}

const address = z.object({ ip_address: z.string() });
const dropletReply = z.object({
  droplet: z.object({
    status: z.string(),
    region: z.object({ slug: z.string() }),
    vpc_uuid: z.string().optional(),
    networks: z.object({ v4: z.array(address).default([]), v6: z.array(address).default([]) }),
  }),
});
type Described = z.output<typeof dropletReply>["droplet"];

/** Where the thing is that leads to the droplets; undefined for what the vendor did not say. */
export interface Surrounding {
  /** `the reserved IP`, for sentences. */
  readonly what: string;
  readonly region: string | undefined;
  readonly vpc?: string | undefined;
}

/** The vendor writes IPv6 in full. */
const plain = (text: string): string =>
  text.includes(":") && URL.canParse(`http://[${text}]`)
    ? new URL(`http://[${text}]`).hostname.slice(1, -1)
    : text;

function amiss({ endpoint }: Droplet, found: Described, { what, region, vpc }: Surrounding): string[] {
  const { status, networks, vpc_uuid: own } = found;
  const addresses = [...networks.v4, ...networks.v6].map(({ ip_address: ip }) => plain(ip));
  const isElsewhere = region !== undefined && found.region.slug !== region;
  const isApart = vpc !== undefined && own !== undefined && own !== vpc;
  const has = addresses.length > 0 ? addresses.join(", ") : "no address";
  return [
    ...(status === "active" ? [] : [`its status is ${status}`]),
    ...(isElsewhere ? [`it is in ${found.region.slug} and ${what} in ${region}`] : []),
    ...(isApart ? [`it is in another VPC than ${what}`] : []),
    // A wrong id would lead clients to another machine, and everything here would call it right.
    ...(addresses.includes(endpoint.address) ? [] : [`it has ${has}, and the node ${endpoint.address}`]),
  ];
}

/** Whether each droplet is there, in the right place, and the machine that the cluster file means. */
export async function proveDroplets(
  api: DigitalOcean,
  { all, nameOf }: Droplets,
  around: Surrounding,
  signal: AbortSignal,
): Promise<readonly Proof[]> {
  const proofs: Proof[] = [];
  for (const one of all) {
    const what = nameOf(one.id);
    const path = `/v2/droplets/${one.id}`;
    try {
      const asked = { method: "GET", path, reply: dropletReply, scope: "droplet:read" } as const;
      const problems = amiss(one, (await api.ask(asked, signal)).droplet, around);
      const sentence = `${what}: ${problems.length > 0 ? problems.join("; ") : "active, in the right place"}`;
      proofs.push({ verdict: problems.length > 0 ? "problem" : "right", sentence });
    } catch (error) {
      const isUntold = error instanceof ApiRefusal && error.status === 403;
      // A change does not need this right.
      proofs.push(isUntold ? { ...proofOf(what, error), verdict: "unknown" } : proofOf(what, error));
    }
  }
  return proofs;
}
