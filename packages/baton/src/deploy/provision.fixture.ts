// The section `provision` for random clusters: every cloud and endpoint that the rest of the file permits.
import fc from "fast-check";

const PUBLIC_KEY = `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${"x".repeat(43)} anna@laptop`;

/** Two clusters with everything that the clouds can be asked for. */
export const PROVISIONED = {
  digitalocean: `name: shop
hosts:
  - { name: h1, address: 10.20.0.2, zone: a }
  - { name: h2, address: 10.20.0.3, zone: a }
  - { name: h3, address: 10.20.0.4, zone: a }
agent: { listen: host }
firewall: { applications: [10.20.0.0/20, "fd00::/64"], monitoring: [10.20.0.0/20] }
provision:
  digitalocean:
    region: fra1
    network: 10.20.0.0/20
    ssh: { keys: ["${PUBLIC_KEY}"], from: [203.0.113.7] }
    endpoint: load-balancer
    dns: { zone: example.com }
`,
  ovh: `name: shop
hosts:
  - { name: h1, address: 10.20.0.2, zone: a }
  - { name: h2, address: 10.20.0.3, zone: b }
  - { name: h3, address: 10.20.0.4, zone: c }
  - { name: app1, address: 10.20.0.9, zone: a, runs: [router] }
  - { name: app2, address: 10.20.0.10, zone: b, runs: [router] }
groups:
  - { name: main, hosts: [h1, h2, h3] }
  - { name: cache, hosts: [h3, h2, h1], port: 6400, routerPort: 6401 }
agent: { listen: host }
router: { proxyProtocol: true }
firewall: { applications: [10.30.0.0/16, 10.20.0.128/25], monitoring: [10.20.0.77, 10.20.0.128/25] }
provision:
  ovh:
    project: ${"0123456789abcdef".repeat(2)}
    region: EU-WEST-PAR
    zones: { a: eu-west-par-a, b: eu-west-par-b, c: eu-west-par-c }
    network: 10.20.0.0/24
    ssh: { keys: ["${PUBLIC_KEY}"], from: [203.0.113.7, "2001:db8::/48"] }
    endpoint: load-balancer
    dns: { zone: example.com, record: queue }
`,
} as const;

/** What decides which endpoints there may be. */
export interface Permitting {
  readonly zones: readonly string[];
  readonly groups: readonly string[];
  readonly hasRouters: boolean;
  readonly listen: "loopback" | "host";
  readonly tls: boolean;
  readonly firewall: readonly string[] | undefined;
}

export interface ProvisionChoice {
  readonly cloud: "digitalocean" | "ovh";
  /** As a share of the endpoints that are permitted. */
  readonly endpoint: number;
  readonly hasDns: boolean;
}

export const anyProvision: fc.Arbitrary<ProvisionChoice> = fc.record({
  cloud: fc.constantFrom("digitalocean" as const, "ovh" as const),
  endpoint: fc.nat(2),
  hasDns: fc.boolean(),
});

/** Undefined where no cloud takes the names. Hosts have to be in 10.77.0.0/24. */
export function provisionSection(
  { cloud, endpoint, hasDns }: ProvisionChoice,
  { zones, groups, hasRouters, listen, tls, firewall }: Permitting,
): object | undefined {
  if (groups.some((group) => group.endsWith("-"))) return undefined;
  const isReached = listen === "host" && firewall === undefined;
  const isBalanced = isReached && (hasRouters || groups.length === 1);
  const isPublic = cloud === "digitalocean" && tls && firewall !== undefined;
  const endpoints = [
    "none",
    ...(isBalanced ? ["load-balancer"] : []),
    ...(isPublic ? ["reserved-ip"] : []),
  ];
  const common = {
    network: "10.77.0.0/24",
    ssh: { keys: [PUBLIC_KEY], from: ["203.0.113.7", "2001:db8::/48"] },
    endpoint: endpoints[endpoint % endpoints.length],
    ...(hasDns && { dns: { zone: "example.com" } }),
  };
  if (cloud === "digitalocean") return { digitalocean: { ...common, region: "fra1" } };
  const availabilityZones = zones.map((zone, index) => [zone, `eu-west-par-${"abc"[index]}`] as const);
  const project = "0123456789abcdef".repeat(2);
  const named = Object.fromEntries(availabilityZones);
  return { ovh: { ...common, region: "EU-WEST-PAR", project, zones: named } };
}
