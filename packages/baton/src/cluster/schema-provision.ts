// The section `provision` of the cluster file: what Terraform makes in a cloud, for the hosts of this file.
import { z } from "zod";
import { PREFIX_MAX, PREFIX_MIN, privateNetwork } from "./networks.ts";
import { name } from "./schema-values.ts";
import type { ProvisionPlan } from "./types.ts";

const KEYS_MAX = 8;
const NETWORKS_MAX = 64;

const expecting = (pattern: RegExp, expected: string) =>
  z.string().regex(pattern, { error: () => `Expected ${expected}` });

/** As clouds spell regions, sizes and images; nothing that Terraform would take for a template. */
const slug = (what: string) =>
  expecting(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, `${what}, of letters, digits, dots and dashes`);

/** Never quoted in a message: somebody may have taken the private half. */
const publicKey = expecting(
  /^(ssh-(ed25519|rsa)|ecdsa-sha2-nistp(256|384|521)) [A-Za-z0-9+/]{40,1500}={0,3}( [^\p{Cc}]{1,200})?$/u,
  "a public key, as ~/.ssh/id_ed25519.pub holds one: ssh-ed25519 AAAA...",
);

const ssh = z
  .strictObject({
    keys: z.array(publicKey).min(1).max(KEYS_MAX).meta({
      description: "Public keys of those who may log in. Passwords are refused.",
      unit: "lines of a .pub file",
    }),
    from: z
      .array(
        z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], {
          error: "Expected an address or a network, as 203.0.113.7 or 203.0.113.0/24",
        }),
      )
      .min(1)
      .max(NETWORKS_MAX)
      .meta({ description: "Where they come from.", unit: "addresses and networks" }),
  })
  .meta({ description: "Who may log in, and from where; Ansible, too." });

const network = z
  .string()
  .transform((text, context) => {
    const judged = privateNetwork(text);
    if (judged.kind === "network") return judged.network;
    context.addIssue({ code: "custom", message: judged.message });
    return z.NEVER;
  })
  .meta({
    description: "The private network that is made, with the addresses of all hosts of this file in it.",
    unit: `private IPv4 network, /${PREFIX_MIN} to /${PREFIX_MAX}`,
  });

const DOMAIN = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;
const dns = z
  .strictObject({
    zone: expecting(DOMAIN, "a domain in lower case, as example.com").meta({
      description: "A domain whose zone is at the same cloud already.",
      unit: "domain",
    }),
    record: expecting(/^[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?$/, "up to 22 lower-case letters and digits")
      .default("redis")
      .meta({ description: "The name in it; with several groups, a dash and the group follow." }),
  })
  .optional()
  .meta({ description: "A name for what clients connect to. Without this key: none." });

const endpointDescription =
  "What stands before the routers or, where there are none, before the nodes; a load balancer asks the " +
  "agents, which needs `agent: { listen: host }`.";

const digitalocean = z.strictObject({
  region: slug("a region").meta({ description: "The region of everything, such as fra1." }),
  network,
  ssh,
  size: slug("a size of droplets")
    .default("s-2vcpu-4gb")
    .meta({ description: "The size of each droplet." }),
  image: slug("an image")
    .default("debian-12-x64")
    .meta({ description: "What is on it at first: Debian 12 or newer." }),
  endpoint: z
    .enum(["none", "load-balancer", "reserved-ip"])
    .default("none")
    .meta({ description: `${endpointDescription} A reserved address is public, and not assigned.` }),
  dns,
});

const ovh = z.strictObject({
  project: expecting(/^[0-9a-f]{32}$/, "a project's id, of 32 digits and letters a to f").meta({
    description: "The Public Cloud project: service name and OpenStack tenant.",
  }),
  region: slug("a region").meta({ description: "The region of everything, such as EU-WEST-PAR." }),
  zones: z
    .record(name(), slug("an availability zone"))
    .meta({ description: "The availability zone of each zone of this file: `{ a: eu-west-par-a }`." }),
  network,
  ssh,
  flavor: slug("a flavor").default("b3-8").meta({ description: "The size of each instance." }),
  image: expecting(/^[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}$/, "the name of an image, as Debian 12")
    .default("Debian 12")
    .meta({ description: "What is on it at first: Debian 12 or newer." }),
  endpoint: z.enum(["none", "load-balancer"]).default("none").meta({ description: endpointDescription }),
  dns,
});

export const provision = z
  .strictObject({
    digitalocean: digitalocean.optional().meta({ description: "Droplets in a VPC." }),
    ovh: ovh.optional().meta({
      description: "Instances of Public Cloud in a private network, over availability zones.",
    }),
  })
  .transform((clouds, context): ProvisionPlan => {
    const { digitalocean: droplets, ovh: instances } = clouds;
    if (droplets !== undefined && instances === undefined) return { cloud: "digitalocean", ...droplets };
    if (instances !== undefined && droplets === undefined) return { cloud: "ovh", ...instances };
    const found = droplets === undefined ? "none" : "both";
    const message = `Expected one cloud, digitalocean or ovh, found ${found}: a cluster is in one region`;
    context.addIssue({ code: "custom", message });
    return z.NEVER;
  });
