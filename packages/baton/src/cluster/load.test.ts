import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { BatonError } from "../errors.ts";
import { clusterOrThrow, formatProblem, loadCluster } from "./load.ts";
import type { Cluster } from "./types.ts";

const pathOf = (name: string): string => fileURLToPath(new URL(`../../../../${name}`, import.meta.url));
const smallest = readFileSync(pathOf("examples/smallest.yml"), "utf8");

const threeHosts = [1, 2, 3]
  .map((index) => `  - { name: h${index}, address: 10.0.0.${index} }`)
  .join("\n");
const minimal = `hosts:\n${threeHosts}\n`;

function problemsOf(text: string): readonly string[] {
  const loaded = loadCluster(text, "x.yml");
  return loaded.kind === "ok" ? [] : loaded.problems.map(formatProblem);
}

function clusterOf(text: string): Cluster {
  return clusterOrThrow(text, "x.yml");
}

describe("a cluster file of three hosts and nothing else", () => {
  const cluster = clusterOf(minimal);

  test("is a whole cluster: one group on all of them, the first one primary", () => {
    expect(cluster).toMatchObject({
      name: "baton",
      objectives: { rtoMs: 5000, rpo: { kind: "bounded", ms: 5000 } },
      groups: [
        {
          name: "main",
          firstPrimary: "h1",
          hosts: ["h1", "h2", "h3"],
          redisPort: 6379,
          routerPort: 6380,
        },
      ],
      sentinelPort: 26_379,
      agentPort: 8377,
      agentListen: "loopback",
      agentFence: true,
      redisSettings: {},
      router: { holdMs: 10_000, holdSessions: 1000, durability: "async" },
      targets: [],
      overrides: {},
    });
    expect(cluster.hosts[0]).toEqual({
      name: "h1",
      address: "10.0.0.1",
      zone: "default",
      runs: ["redis", "sentinel", "agent"],
    });
  });

  test("finds its secrets in the environment", () => {
    expect(cluster.secrets).toEqual({
      application: { kind: "env", name: "BATON_APPLICATION_PASSWORD" },
      replication: { kind: "env", name: "BATON_REPLICATION_PASSWORD" },
      sentinel: { kind: "env", name: "BATON_SENTINEL_PASSWORD" },
      peer: { kind: "env", name: "BATON_PEER_PASSWORD" },
      agent: { kind: "env", name: "BATON_AGENT_PASSWORD" },
    });
  });
});

describe("what a file says", () => {
  test("takes the place of every default", () => {
    const cluster = clusterOf(`${minimal}
name: shop
objectives: { rto: 10s, rpo: none }
groups:
  - { name: cart, port: 7001, routerPort: 7101 }
  - { name: stock, primary: h3, hosts: [h2, h3], port: 7002, routerPort: 7102 }
redis: { minReplicasMaxLag: 7s, settings: { maxmemory: 1gb, maxclients: 500, save: "" } }
sentinel: { port: 5000, downAfter: 2s, failoverTimeout: 9s, parallelSyncs: 2, quorum: 2 }
agent: { port: 5001 }
router: { hold: { time: 3s, sessions: 7 } }
secrets: { peer: { file: secrets/peer }, agent: { env: SHOP_AGENT } }
`);
    expect(cluster).toMatchObject({
      name: "shop",
      objectives: { rtoMs: 10_000, rpo: { kind: "none" } },
      groups: [
        {
          name: "cart",
          firstPrimary: "h1",
          hosts: ["h1", "h2", "h3"],
          redisPort: 7001,
          routerPort: 7101,
        },
        { name: "stock", firstPrimary: "h3", hosts: ["h2", "h3"], redisPort: 7002, routerPort: 7102 },
      ],
      redisSettings: { maxmemory: "1gb", maxclients: "500", save: "" },
      sentinelPort: 5000,
      agentPort: 5001,
      agentListen: "loopback",
      agentFence: true,
      router: { holdMs: 3000, holdSessions: 7 },
      secrets: {
        peer: { kind: "file", path: "secrets/peer" },
        agent: { kind: "env", name: "SHOP_AGENT" },
      },
    });
    expect(cluster.overrides).toEqual({
      downAfterMs: 2000,
      failoverTimeoutMs: 9000,
      parallelSyncs: 2,
      quorum: 2,
      minReplicasMaxLagSeconds: 7,
    });
  });

  test("is right in the smallest example", () => {
    expect(clusterOf(smallest)).toMatchObject({
      name: "smallest",
      objectives: { rtoMs: 3000, rpo: { kind: "bounded", ms: 5000 } },
      groups: [{ name: "main", firstPrimary: "h1", hosts: ["h1", "h2", "h3"] }],
    });
  });
});

describe("all problems of a file", () => {
  test.each(["bad", "crossed"])(
    "are reported at once, each at its place and in its words: %s.yml",
    async (name) => {
      const text = readFileSync(pathOf(`testdata/cluster/${name}.yml`), "utf8");
      const loaded = loadCluster(text, `${name}.yml`);
      const lines = loaded.kind === "ok" ? [] : loaded.problems.map(formatProblem);
      await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot(pathOf(`testdata/cluster/${name}.txt`));
    },
  );

  test("are in one error for whoever cannot go on, one a line", () => {
    const attempt = () => clusterOrThrow("name: a b\n", "x.yml");
    expect(attempt).toThrow(BatonError);
    expect(attempt).toThrow(
      /^x\.yml is not a valid.*:\nx\.yml:1:1 hosts Key "hosts" is missing\nx\.yml:1:7 name Expected/,
    );
  });

  test("are at most a hundred, and the rest is counted", () => {
    const problems = problemsOf(
      `${minimal}${Array.from({ length: 200 }, (_, index) => `x${index}: 1`).join("\n")}`,
    );
    expect(problems).toHaveLength(101);
    expect(problems.at(-1)).toContain("and 100 more problems");
  });

  test("never contain a password that somebody wrote where a reference belongs", () => {
    const text = readFileSync(pathOf("testdata/cluster/bad.yml"), "utf8");
    expect(text.match(/open-sesame/g)).toHaveLength(3);
    expect(problemsOf(text).join("\n")).not.toContain("open-sesame");
    const settings = "redis: { settings: { requirepass: [open-sesame], hz: { open: open-sesame } } }";
    expect(problemsOf(`${minimal}${settings}\n`).join("\n")).not.toContain("open-sesame");
  });

  test("include keys that mean something to JavaScript", () => {
    for (const key of ["__proto__", "toString"]) {
      expect(problemsOf(`${minimal}${key}: 1\n`), key).toEqual([
        expect.stringContaining(`Unknown key "${key}"`),
      ]);
      expect(problemsOf(`${minimal}redis: { settings: { ${key}: 1 } }\n`), key).toHaveLength(1);
    }
  });
});

describe("between the parts of a file", () => {
  test("fewer than three Sentinels are refused, and an even number is not", () => {
    const two = minimal.replace("10.0.0.3 }", "10.0.0.3, runs: [redis] }");
    expect(problemsOf(two)).toEqual([
      expect.stringMatching(/^x\.yml:2:3 hosts 2 hosts with a Sentinel, and 3 are needed/),
    ]);
    expect(problemsOf(`${minimal}  - { name: h4, address: 10.0.0.4 }\n`)).toEqual([]);
  });

  test("a group needs two hosts, because one has nothing to fail over to", () => {
    const sentinels = minimal.replaceAll(" }", ", runs: [sentinel] }");
    const text = `${sentinels}  - { name: r, address: 10.0.0.4, runs: [redis] }\n`;
    expect(problemsOf(text)).toEqual([
      expect.stringContaining("hosts Group main has 1 Redis host, and 2 are needed"),
    ]);
    expect(problemsOf(sentinels)[0]).toContain("0 Redis hosts");
  });

  test("a port that two processes of a host want is reported once, at a key to change", () => {
    expect(problemsOf(`${minimal}agent: { port: 6379 }\n`)).toEqual([
      "x.yml:1:1 redis.port Port 6379 of host h1 is wanted by the agent and Redis of group main; " +
        "give one of them another port",
    ]);
  });

  test("a host has no name that Ansible gives to a group of hosts", () => {
    for (const name of ["all", "ungrouped"])
      expect(problemsOf(minimal.replace("name: h2", `name: ${name}`))).toEqual([
        `x.yml:3:13 hosts.1.name Expected another name, found "${name}", Ansible's word for a group`,
      ]);
  });

  test("the same port on different hosts is fine", () => {
    const more = [4, 5].map((index) => `  - { name: h${index}, address: 10.0.0.${index} }`).join("\n");
    const groups =
      "groups: [{ name: a, hosts: [h1, h2, h3] }, { name: b, hosts: [h4, h5] }]\n" +
      "objectives: { rpo: none }\n";
    expect(problemsOf(`${minimal}${more}\n${groups}`)).toEqual([]);
  });

  test("two routers of one host need ports of their own", () => {
    const router = "  - { name: app, address: 10.0.0.9, runs: [router] }\n";
    const groups = "groups: [{ name: a, port: 7001 }, { name: b, port: 7002 }]\n";
    expect(problemsOf(`${minimal}${router}${groups}`)).toEqual([
      expect.stringContaining(
        "groups.1.routerPort Port 6380 of host app is wanted by the router of group a and",
      ),
    ]);
  });

  test("a clash is found beside a broken section, and not one that it may cause", () => {
    const clash = minimal.replace("10.0.0.2", "10.0.0.1");
    expect(problemsOf(`${clash}name: a b\n`)).toHaveLength(2);
    expect(
      problemsOf(`${minimal}objectives: { rto: soon }\nsentinel: { downAfter: 20s }\n`),
    ).toHaveLength(1);
  });

  test("hosts that can be read are compared even when another cannot", () => {
    const text = `${minimal.replace("name: h2", "name: h1")}  - { name: h4, address: nowhere }\n`;
    expect(problemsOf(text).map((line) => line.split(" ")[1])).toEqual([
      "hosts.1.name",
      "hosts.3.address",
    ]);
  });
});
