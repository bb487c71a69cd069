// Clusters for the tests of rendering: written ones, and any number of random valid ones.
import fc from "fast-check";
import { loadCluster } from "../cluster/load.ts";
import type { Cluster } from "../cluster/types.ts";
import { anyProvision, type ProvisionChoice, provisionSection } from "./provision.fixture.ts";

export const PASSWORDS = {
  application: "application-secret",
  replication: "replication-secret",
  sentinel: "sentinel-secret",
  peer: "peer-secret",
  agent: "agent-secret",
} as const;
export const TOKEN = "token-secret";

/** @throws Error with all problems, for a text that is no cluster */
export function clusterFrom(text: string): Cluster {
  const loaded = loadCluster(text, "cluster.yml");
  if (loaded.kind === "ok") return loaded.cluster;
  throw new Error(loaded.problems.map(({ path, message }) => `${path}: ${message}`).join("\n"));
}

const host = (index: number, family: 4 | 6): string =>
  family === 4 ? `10.77.0.${index + 2}` : `fd00:77::${(index + 2).toString(16)}`;

interface Choice {
  readonly nodes: number;
  readonly apps: number;
  readonly family: 4 | 6;
  readonly groups: readonly string[];
  readonly listen: "loopback" | "host";
  readonly rtoMs: number;
  readonly rpo: string;
  readonly tls: boolean;
  readonly firewall: readonly string[] | undefined;
  readonly durability: "async" | "replicated";
  readonly readPort: boolean;
  readonly settings: Readonly<Record<string, string>>;
  readonly provision: ProvisionChoice | undefined;
}

function provisionOf(choice: Choice): object | undefined {
  if (choice.provision === undefined || choice.family === 6) return undefined;
  const permitting = { ...choice, zones: ["z0", "z1", "z2"], hasRouters: choice.apps > 0 };
  return provisionSection(choice.provision, permitting);
}

function textOf(choice: Choice): string {
  const { nodes, apps, family, groups, listen, rtoMs, rpo, tls, firewall, durability } = choice;
  const hosts = [
    ...Array.from({ length: nodes }, (_, index) => {
      const zone = `z${index % 3}`;
      return {
        name: `h${index}`,
        address: host(index, family),
        zone,
        runs: ["redis", "sentinel", "agent"],
      };
    }),
    ...Array.from({ length: apps }, (_, index) => {
      return { name: `app${index}`, address: host(nodes + index, family), zone: "z0", runs: ["router"] };
    }),
  ];
  const names = hosts.slice(0, nodes).map(({ name }) => name);
  return JSON.stringify({
    name: "random",
    objectives: { rto: `${rtoMs}ms`, rpo },
    hosts,
    groups: groups.map((name, index) => {
      const ports = { port: 6379 + index, routerPort: 7000 + index };
      return { name, hosts: names, ...ports, ...(choice.readPort && { readPort: 7100 + index }) };
    }),
    agent: { listen },
    router: { durability, ...(choice.readPort && { reads: { fallback: "refuse" } }) },
    redis: { settings: choice.settings },
    ...(tls && {
      tls: { authority: "tls/a.pem", certificate: "/etc/ssl/h.pem", key: "/etc/ssl/h.key" },
    }),
    ...(firewall && { firewall: { applications: firewall } }),
    provision: provisionOf(choice),
  });
}

const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,15}$/);
const network = fc.oneof(
  fc.tuple(fc.ipV4(), fc.integer({ min: 1, max: 32 })).map(([address, bits]) => `${address}/${bits}`),
  fc.ipV4(),
  fc.constantFrom("fd00::/64", "2001:db8::1", "::/0"),
);

/** Valid cluster files of three, five or seven Sentinels. */
export const anyCluster: fc.Arbitrary<Cluster> = fc
  .record({
    nodes: fc.constantFrom(3, 5, 7),
    apps: fc.integer({ min: 0, max: 2 }),
    family: fc.constantFrom(4 as const, 6 as const),
    groups: fc.uniqueArray(name, { minLength: 1, maxLength: 3 }),
    listen: fc.constantFrom("loopback" as const, "host" as const),
    rtoMs: fc.integer({ min: 2_500, max: 60_000 }),
    rpo: fc.constantFrom("5s", "30s", "none"),
    tls: fc.boolean(),
    firewall: fc.option(fc.array(network, { maxLength: 4 }), { nil: undefined }),
    durability: fc.constantFrom("async" as const, "replicated" as const),
    readPort: fc.boolean(),
    settings: fc.constantFrom({}, { maxmemory: "1gb", "maxmemory-policy": "allkeys-lru" }, { hz: "20" }),
    provision: fc.option(anyProvision, { nil: undefined }),
  })
  .map((choice) => clusterFrom(textOf(choice)));
