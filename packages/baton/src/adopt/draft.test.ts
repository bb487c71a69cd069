import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { clusterOrThrow } from "../cluster/load.ts";
import { layoutOf } from "../cluster/layout.ts";
import { type Draft, draftOf } from "./draft.ts";
import type { Seen } from "./seen.ts";
import { seenWith, type Shape, withView } from "./seen.fixture.ts";

const GOLDEN = new URL("../../../../testdata/adopt/", import.meta.url);
const draft = (seen: Seen): Draft => draftOf({ seen, logins: { sentinel: false, redis: true } });

type File = Extract<Draft, { readonly kind: "file" }>;

function fileFrom(seen: Seen): File {
  const made = draft(seen);
  if (made.kind === "refused") throw new Error(made.reasons.join("\n"));
  return made;
}
const fileOf = (shape: Shape): File => fileFrom(seenWith(shape));
const clusterFrom = (shape: Shape) => clusterOrThrow(fileOf(shape).text, "adopted.yml");

function reasonsOf(seen: Seen): readonly string[] {
  const made = draft(seen);
  return made.kind === "refused" ? made.reasons : [];
}

function expectGolden(name: string, text: string): void {
  const file = new URL(name, GOLDEN);
  if (process.env["UPDATE"] === "1") {
    mkdirSync(GOLDEN, { recursive: true });
    writeFileSync(file, text);
  }
  expect(text).toBe(readFileSync(file, "utf8"));
}

const long = "a".repeat(40);
const TWO_GROUPS = [
  { name: "cache", port: 6380 },
  { name: "main", port: 6379 },
];

describe("the text", () => {
  test.each<[string, Shape]>([
    ["stock.yml", {}],
    [
      "tuned.yml",
      {
        primary: 2,
        settings: {
          maxmemory: "1073741824",
          "maxmemory-policy": "allkeys-lru",
          save: "",
          appendonly: "yes",
          "min-replicas-to-write": "1",
          "replica-priority": "50",
        },
        master: () => ({ "down-after-milliseconds": "5000", "failover-timeout": "60000", quorum: "1" }),
        users: ["default", "shop"],
      },
    ],
    ["two-groups.yml", { groups: TWO_GROUPS, primary: 1 }],
    ["ipv6.yml", { addresses: ["fd00::10", "fd00::2", "fd00::1"] }],
    [
      "tls.yml",
      {
        isEncrypted: true,
        settings: {
          port: "0",
          "tls-ca-cert-file": "/etc/redis/ca.pem",
          "tls-cert-file": "/etc/redis/own.pem",
          "tls-key-file": "/etc/redis/own.key",
        },
      },
    ],
  ])("of %s is that in testdata/adopt, and loads", (name, shape) => {
    const { text } = fileOf(shape);
    expectGolden(name, text);
    expect(() => layoutOf(clusterOrThrow(text, name))).not.toThrow();
  });

  test("is the same in whatever order processes answer", () => {
    const seen = seenWith({ groups: TWO_GROUPS });
    const turned = { ...seen, redis: seen.redis.toReversed(), sentinels: seen.sentinels.toReversed() };
    expect(fileFrom(turned).text).toBe(fileFrom(seen).text);
  });

  test("keeps the primary of today, and names hosts by the numbers of their addresses", () => {
    const cluster = clusterFrom({ addresses: ["10.0.0.10", "10.0.0.9", "10.0.0.200"], primary: 2 });
    expect(cluster.hosts.map(({ address }) => address)).toEqual(["10.0.0.9", "10.0.0.10", "10.0.0.200"]);
    expect(cluster.groups.map(({ firstPrimary }) => firstPrimary)).toEqual(["h3"]);
  });

  test("works with today's timings, whether they are set or derived", () => {
    const master = () => ({
      "down-after-milliseconds": "3000",
      "failover-timeout": "9000",
      "parallel-syncs": "2",
      quorum: "2",
    });
    const settings = { "min-replicas-to-write": "1", "min-replicas-max-lag": "10" };
    const [group] = layoutOf(clusterFrom({ master, settings })).groups;
    expect(group?.timings).toMatchObject({
      downAfterMs: { value: 3000, origin: "set" },
      failoverTimeoutMs: { value: 9000, origin: "set" },
      parallelSyncs: { value: 2, origin: "set" },
      quorum: { value: 2, origin: "derived" },
      minReplicasToWrite: { value: 1, origin: "derived" },
      minReplicasMaxLagSeconds: { value: 10, origin: "derived" },
    });
  });

  test("takes a name of 40 characters, and names a cluster of several groups by what is asked", () => {
    const named = fileOf({ groups: [{ name: long, port: 6379 }] });
    expect(clusterOrThrow(named.text, "x").name).toBe(long);
    const seen = seenWith({ groups: TWO_GROUPS });
    const made = draftOf({ seen, logins: { sentinel: true, redis: true }, name: "shop" });
    expect(made.kind === "file" && clusterOrThrow(made.text, "x").name).toBe("shop");
  });
});

describe("what is not taken over", () => {
  test.each<[string, Shape, string]>([
    ["quorum 1", { master: () => ({ quorum: "1" }) }, "quorum 1: Expected 2, found 1"],
    [
      "a down-after below a second",
      { master: () => ({ "down-after-milliseconds": "500" }) },
      "down-after-milliseconds 500: ",
    ],
    [
      "a Sentinel with a number of its own",
      { master: (sentinel) => (sentinel === 1 ? { "failover-timeout": "1000" } : {}) },
      'failover-timeout 1000 of group "main" at 10.0.0.2:26379: one value is for all',
    ],
    ["a priority", { settings: { "replica-priority": "0" } }, "replica-priority 0: Sentinel prefers"],
    [
      "a setting of one node",
      { settings: (host) => (host === 1 ? { maxmemory: "5" } : {}) },
      "maxmemory 5 of 10.0.0.2:6379: one value is for all nodes, and the first primary has 0",
    ],
    ["an unknown setting", { settings: { "magic-number": "1" } }, "1 setting of redis 7.0.15 of which"],
    ["an ACL user", { users: ["default", "shop"] }, '1 ACL user ("shop")'],
    [
      "a script",
      { master: () => ({ "client-reconfig-script": "/usr/bin/move" }) },
      'client-reconfig-script "/usr/bin/move" of group "main"',
    ],
    [
      "a second port",
      { settings: { "tls-port": "6380" } },
      "the second port, for TLS, of 10.0.0.1:6379",
    ],
    [
      "a setting with a line break",
      { settings: { "notify-keyspace-events": "K\nuser x on" } },
      "notify-keyspace-events: it holds control characters",
    ],
  ])("is said of %s", (_what, shape, sentence) => {
    const { text, lost } = fileOf(shape);
    expect(lost).toContainEqual(expect.stringContaining(sentence));
    expect(text).toContain("# NOT taken over:");
    expect(() => clusterOrThrow(text, "x")).not.toThrow();
  });

  test("is nothing that Baton writes alike, and what it sets by itself is told", () => {
    const same = fileOf({ settings: { "repl-backlog-size": "67108864", appendonly: "yes" } });
    expect(same.text).not.toContain("settings:");
    expect(same.changed).not.toContainEqual(expect.stringContaining("appendonly"));
    expect(fileOf({}).changed).toContain("appendonly yes instead of no");
  });
});

describe("there is no file, and a reason, where", () => {
  const seen = seenWith();
  const row = (fields: Readonly<Record<string, string>>) => new Map(Object.entries(fields));
  test.each<[string, Seen, string]>([
    [
      "two Sentinels are all",
      seenWith({ addresses: ["10.0.0.1", "10.0.0.2"] }),
      "2 hosts with a Sentinel",
    ],
    ["the engine is old", seenWith({ info: { redis_version: "6.2.7" } }), '"redis 6.2.7"; expected'],
    ["it is Redis Cluster", seenWith({ info: { redis_mode: "cluster" } }), 'in the mode "cluster"'],
    ["settings are hidden", { ...seen, redis: seen.redis.map(withoutSettings) }, "CONFIG GET"],
    [
      "a name has an underscore",
      seenWith({ groups: [{ name: "my_master", port: 6379 }] }),
      'found "my_master"',
    ],
    [
      "a host goes by a name",
      seenWith({ addresses: ["redis1.example", "10.0.0.2", "10.0.0.3"] }),
      "takes no host names",
    ],
    [
      "one address is a loopback one",
      seenWith({ addresses: ["127.0.0.1", "10.0.0.2", "10.0.0.3"] }),
      "127.0.0.1 is the same machine for nobody else",
    ],
    [
      "one Sentinel names another primary",
      withView(seen, 1, ({ replicas }) => ({ primary: replicas[0] ?? new Map() })),
      "Sentinels disagree",
    ],
    [
      "one Sentinel does not watch",
      withView(seen, 1, () => undefined),
      "10.0.0.2:26379 do not watch it",
    ],
    [
      "a Sentinel is not known to another",
      withView(seen, 2, () => ({ sentinels: [] })),
      '10.0.0.10:26379 does not know "10.0.0.1:26379"',
    ],
    [
      "a failover is under way",
      withView(seen, 0, ({ primary }) => ({
        primary: row({ ...Object.fromEntries(primary), flags: "master,o_down" }),
      })),
      '"10.0.0.1:6379" is "o_down"',
    ],
    [
      "there is no quorum",
      withView(seen, 0, () => ({ checkQuorum: "NOQUORUM 1 usable" })),
      '"NOQUORUM 1 usable"',
    ],
    [
      "a replica has lost its primary",
      { ...seen, redis: seen.redis.map((one) => withInfo(one, { master_link_status: "down" })) },
      "has no link to its primary",
    ],
    [
      "nodes of a group listen at different ports",
      { ...seenWith({ groups: TWO_GROUPS }), ...mixed() },
      "listen at ports 6379 and 6380, and a cluster file has one",
    ],
    [
      "a node hangs on a replica",
      { ...seen, redis: [...seen.redis, { ...(seen.redis[1] ?? { port: 1 }), address: "10.0.0.77" }] },
      "10.0.0.77:6379 hangs on a node of the cluster",
    ],
    ["TLS has no certificates", { ...seen, isEncrypted: true }, "expected an absolute path"],
  ])("%s", (_what, given, sentence) => {
    expect(reasonsOf(given)).toContainEqual(expect.stringContaining(sentence));
  });
});

function withInfo(node: Seen["redis"][number], more: Readonly<Record<string, string>>) {
  return { ...node, info: new Map([...(node.info ?? []), ...Object.entries(more)]) };
}

function withoutSettings({ address, port, info }: Seen["redis"][number]): Seen["redis"][number] {
  return { address, port, ...(info && { info }) };
}

/** The replicas of main are at another port than its primary. */
function mixed(): Seen {
  const seen = seenWith();
  const port = 6380;
  const redis = seen.redis.map((one, at) => (at === 0 ? one : { ...one, port }));
  const sentinels = [0, 1, 2].reduce(
    (now, at) =>
      withView(now, at, ({ replicas }) => ({
        replicas: replicas.map((one) => new Map([...one, ["port", String(port)]])),
      })),
    seen,
  ).sentinels;
  return { ...seen, redis, sentinels };
}
