import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { layoutOf } from "./layout.ts";
import { clusterOrThrow } from "./load.ts";
import { refusedSetting } from "./redis-settings.ts";
import type { Cluster, Group, Host, SecretReferences } from "./types.ts";
import { clusterToYaml, withAddresses, withCertificates, withSecrets } from "./write.ts";

const smallest = clusterOrThrow(
  readFileSync(new URL("../../../../examples/smallest.yml", import.meta.url), "utf8"),
  "smallest.yml",
);

const name = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9-]{0,39}$/);
const port = fc.integer({ min: 1, max: 65_535 });
const setting = fc
  .string({ unit: "binary", maxLength: 40 })
  .filter((text) => !/[\p{Cc}\p{Cs}]/u.test(text));
const directive = fc
  .stringMatching(/^[a-z][a-z0-9-]{0,20}$/)
  .filter((text) => refusedSetting(text) === undefined);
const secret = fc.oneof(
  fc
    .stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,20}$/)
    .map((variable) => ({ kind: "env" as const, name: variable })),
  setting.filter((path) => path !== "").map((path) => ({ kind: "file" as const, path })),
);
const secrets: fc.Arbitrary<SecretReferences> = fc.record(
  {
    application: secret,
    replication: secret,
    sentinel: secret,
    peer: secret,
    agent: secret,
    token: secret,
  },
  { requiredKeys: ["application", "replication", "sentinel", "peer", "agent"] },
);

interface Topology {
  readonly hosts: readonly Host[];
  readonly groups: readonly Group[];
  readonly sentinelPort: number;
  readonly agentPort: number;
}

/** Groups of three or four hosts of their own, all with a Sentinel, and one more host for a router. */
const topology: fc.Arbitrary<Topology> = fc
  .record({
    names: fc.uniqueArray(name, { minLength: 13, maxLength: 13 }),
    groupNames: fc.uniqueArray(name, { minLength: 3, maxLength: 3 }),
    // One for all, or one for each: a zone with half of the Sentinels is refused.
    zones: fc.oneof(
      name.map((zone) => Array<string>(13).fill(zone)),
      fc.uniqueArray(name, { minLength: 13, maxLength: 13 }),
    ),
    ports: fc.uniqueArray(port, { minLength: 8, maxLength: 8 }),
    sizes: fc.array(fc.constantFrom(3, 4), { minLength: 1, maxLength: 3 }),
    primary: fc.nat(2),
    isIpv6: fc.boolean(),
    hasRouters: fc.boolean(),
  })
  .map(({ names, groupNames, zones, ports, sizes, primary, isIpv6, hasRouters }) => {
    const groups = sizes.map((size, index): Group => {
      const hosts = names.slice(index * 4, index * 4 + size);
      return {
        name: groupNames[index] ?? "",
        hosts,
        firstPrimary: hosts[primary] ?? "",
        redisPort: ports[index] ?? 0,
        routerPort: ports[index + 3] ?? 0,
      };
    });
    const hostOf = (host: string, runs: Host["runs"]): Host => {
      const index = names.indexOf(host);
      const address = isIpv6 ? `fd00::${(index + 1).toString(16)}` : `10.1.2.${index}`;
      return { name: host, address, zone: zones[index] ?? "", runs };
    };
    const nodes = groups
      .flatMap(({ hosts }) => hosts)
      .map((host) => hostOf(host, ["redis", "sentinel", "agent"]));
    const edge = hostOf(names.at(-1) ?? "", [hasRouters ? "router" : "agent"]);
    return { groups, hosts: [...nodes, edge], sentinelPort: ports[6] ?? 0, agentPort: ports[7] ?? 0 };
  });

const objectives = fc.record({
  rtoMs: fc.integer({ min: 2200, max: 3_600_000 }),
  rpo: fc.oneof(
    fc.integer({ min: 3000, max: 3_600_000 }).map((ms) => ({ kind: "bounded" as const, ms })),
    fc.constant({ kind: "none" as const }),
  ),
});

const path = setting.filter((text) => text !== "");
const tls = fc.record({
  authority: path,
  certificate: path,
  key: path,
  redis: fc.boolean(),
  router: fc.boolean(),
});

/** Every cluster that a file can describe, as far as these building blocks reach. */
const targetsOf = ({ hosts, groups }: Topology): fc.Arbitrary<Cluster["targets"]> => {
  const serving = hosts.map((host) => host.name);
  const target = fc.record({
    name,
    kind: fc.constantFrom("haproxy", "exec"),
    group: fc.constantFrom(...groups.map((group) => group.name)),
    on: fc.uniqueArray(fc.constantFrom(...serving), { minLength: 1, maxLength: 3 }),
    settings: fc.record({ command: fc.array(setting, { maxLength: 3 }), timeout: fc.constant("3s") }),
  });
  return fc.uniqueArray(target, { maxLength: 3, selector: (one) => one.name });
};

const isReplicated = ({ router }: Pick<Cluster, "router">) => router.durability === "replicated";

const cluster: fc.Arbitrary<Cluster> = fc.tuple(topology, objectives).chain(([built, promised]) => {
  const lagMax = promised.rpo.kind === "none" ? 3600 : Math.floor(promised.rpo.ms / 1000) - 1;
  const overrides = fc.record(
    {
      downAfterMs: fc.integer({ min: 1000, max: promised.rtoMs - 1200 }),
      failoverTimeoutMs: fc.integer({ min: 3000, max: 3_600_000 }),
      parallelSyncs: fc.integer({ min: 1, max: 64 }),
      quorum: fc.constant(2),
      minReplicasToWrite: fc.constant(1),
      minReplicasMaxLagSeconds: fc.integer({ min: 2, max: lagMax }),
    },
    { requiredKeys: [] },
  );
  const any = fc.record({
    name,
    objectives: fc.constant(promised),
    hosts: fc.constant(built.hosts),
    groups: fc.constant(built.groups),
    sentinelPort: fc.constant(built.sentinelPort),
    agentPort: fc.constant(built.agentPort),
    agentListen: fc.constantFrom("loopback" as const, "host" as const),
    agentFence: fc.boolean(),
    redisSettings: fc.dictionary(directive, setting, { maxKeys: 4, noNullPrototype: true }),
    router: fc.record({
      holdMs: fc.integer({ min: 0, max: 60_000 }),
      holdSessions: fc.nat(100_000),
      durability: fc.constantFrom("async" as const, "replicated" as const),
    }),
    targets: targetsOf(built),
    overrides,
    secrets,
    tls: fc.option(tls, { nil: undefined }),
  });
  // Replicated writes without the fence are refused.
  return any.map(({ tls: encrypted, ...made }) => ({
    ...made,
    ...(encrypted === undefined ? {} : { tls: encrypted }),
    agentFence: made.agentFence || isReplicated(made),
  }));
});

describe("a cluster written as a file", () => {
  test("is loaded back as the same cluster, whatever it holds, also through a file's bytes", () => {
    fc.assert(
      fc.property(cluster, (original) => {
        const text = Buffer.from(clusterToYaml(original), "utf8").toString("utf8");
        expect(clusterOrThrow(text, "x.yml")).toEqual(original);
      }),
      { numRuns: 100 },
    );
  });

  test("gives a layout, whatever it holds", () => {
    fc.assert(
      fc.property(cluster, (original) => {
        const layout = layoutOf(original);
        expect(layout.groups.map(({ nodes }) => nodes.length)).toEqual(
          original.groups.map(({ hosts }) => hosts.length),
        );
      }),
      { numRuns: 50 },
    );
  });

  test("has a line for each host, as people write it", () => {
    expect(clusterToYaml(smallest)).toContain(
      "\n  - { name: app, address: 10.77.0.20, zone: a, runs: [ router ] }\n",
    );
  });
});

describe("a cluster that is moved", () => {
  test("has other addresses and is the same otherwise", () => {
    const moved = withAddresses(smallest, (host) => `127.0.77.${host === "app" ? 9 : host.slice(1)}`);
    expect(moved.hosts.map(({ address }) => address)).toEqual([
      "127.0.77.1",
      "127.0.77.2",
      "127.0.77.3",
      "127.0.77.9",
    ]);
    expect(
      withAddresses(moved, (host) => smallest.hosts.find((one) => one.name === host)?.address ?? ""),
    ).toEqual(smallest);
  });

  test("finds its secrets where they are now", () => {
    const reference = { kind: "file", path: "/run/secrets/one" } as const;
    const references = {
      application: reference,
      replication: reference,
      sentinel: reference,
      peer: reference,
      agent: reference,
    };
    const moved = withSecrets(smallest, references);
    expect(clusterOrThrow(clusterToYaml(moved), "lab/cluster.yml").secrets).toEqual(references);
  });

  test("finds its certificates where they are now, and gets none that it did not have", () => {
    const files = { authority: "/lab/authority.pem", certificate: "/lab/h.pem", key: "/lab/h.key" };
    const own = { authority: "a.pem", certificate: "h.pem", key: "h.key", redis: true, router: false };
    const moved = withCertificates({ ...smallest, tls: own }, files);
    const loaded = clusterOrThrow(clusterToYaml(moved), "lab/cluster.yml");
    expect(loaded.tls).toEqual({ ...files, redis: true, router: false });
    expect(withCertificates(smallest, files)).toBe(smallest);
  });
});
