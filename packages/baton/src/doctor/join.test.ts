import { expect, test } from "vitest";
import type { Facts, LiveRedis, LiveSentinel } from "./facts.ts";
import { factsOf } from "./rule.fixture.ts";

const redis = (host: number, ...lines: readonly string[]): string =>
  [`bind 10.0.0.${host}`, "port 6379", ...lines, ""].join("\n");
const replica = (host: number): string => redis(host, "replicaof 10.0.0.1 6379");
const sentinel = (address = "10.0.0.1", ...lines: readonly string[]): string =>
  ["port 26379", `sentinel monitor main ${address} 6379 2`, ...lines, ""].join("\n");

/** "main: sentinels / nodes", with what is known to be all of it. */
function groupsIn(facts: Facts): readonly string[] {
  return facts.groups.map(({ name, sentinels, nodes, hasEverySentinel, hasEveryNode }) => {
    const named = [
      name + ":",
      ...sentinels.map((one) => one.name),
      ...(hasEverySentinel ? ["all"] : []),
    ];
    const of = [...nodes.map((one) => one.name), ...(hasEveryNode ? ["all"] : [])];
    return [...named, "/", ...of].join(" ");
  });
}

const THREE = {
  "h1/redis.conf": redis(1),
  "h2/redis.conf": replica(2),
  "h3/redis.conf": replica(3),
  "h1/sentinel.conf": sentinel(),
  "h2/sentinel.conf": sentinel(),
  "h3/sentinel.conf": sentinel(),
};

test("joins the files of three hosts into one group that is complete", () => {
  const facts = factsOf({ files: THREE });
  expect(groupsIn(facts)).toEqual([
    "main: h1/sentinel.conf h2/sentinel.conf h3/sentinel.conf all / " +
      "h1/redis.conf h2/redis.conf h3/redis.conf all",
  ]);
  expect(facts.groups[0]?.isComplete).toBe(true);
  expect(facts.hosts).toEqual([
    { name: "h1", addresses: ["10.0.0.1"] },
    { name: "h2", addresses: ["10.0.0.2"] },
    { name: "h3", addresses: ["10.0.0.3"] },
  ]);
  expect(facts.redis[1]?.host).toBe(facts.sentinels[1]?.host);
});

test("takes one Sentinel's file for no complete group", () => {
  const facts = factsOf({ files: { "sentinel.conf": sentinel(), "redis.conf": redis(1) } });
  expect(groupsIn(facts)).toEqual(["main: sentinel.conf / redis.conf"]);
});

test("misses a Sentinel, a replica and a primary that a file names", () => {
  const known = {
    ...THREE,
    "h1/sentinel.conf": sentinel("10.0.0.1", "sentinel known-sentinel main 10.0.0.4 26379 x"),
  };
  const named = { ...known, "h2/sentinel.conf": sentinel("10.0.0.1", "sentinel announce-ip 10.0.0.2") };
  const all = {
    ...named,
    "h1/sentinel.conf": `${known["h1/sentinel.conf"]}sentinel announce-ip 10.0.0.1\n`,
    "h3/sentinel.conf": sentinel("10.0.0.1", "sentinel announce-ip 10.0.0.3"),
  };
  expect(factsOf({ files: all }).groups[0]?.hasEverySentinel).toBe(false);
  const files = {
    ...THREE,
    "h2/sentinel.conf": sentinel("10.0.0.1", "sentinel known-replica main 10.0.0.9 6379"),
  };
  expect(factsOf({ files }).groups[0]).toMatchObject({ hasEverySentinel: true, hasEveryNode: false });
  const { "h1/redis.conf": _, ...withoutPrimary } = THREE;
  expect(factsOf({ files: withoutPrimary }).groups[0]?.hasEveryNode).toBe(false);
});

test("counts nothing as complete where a template decides", () => {
  const files = {
    ...THREE,
    "h2/sentinel.conf": sentinel("{{ primary }}"),
    "h3/redis.conf": redis(3, "{{ more }}"),
  };
  expect(factsOf({ files }).groups[0]).toMatchObject({ hasEverySentinel: false, hasEveryNode: false });
});

test("keeps environments apart, and what has the same name in unrelated folders", () => {
  const files = {
    "prod/h1/sentinel.conf": sentinel("10.0.0.1"),
    "prod/h1/redis.conf": redis(1),
    "staging/h1/sentinel.conf": sentinel("10.0.0.1"),
    "staging/h1/redis.conf": redis(1),
    "shop/sentinel.conf": sentinel("10.9.0.1"),
    "blog/sentinel.conf": sentinel("10.8.0.1"),
  };
  expect(groupsIn(factsOf({ files }))).toEqual([
    "main: prod/h1/sentinel.conf / prod/h1/redis.conf",
    "main: staging/h1/sentinel.conf / staging/h1/redis.conf",
    "main: shop/sentinel.conf /",
    "main: blog/sentinel.conf /",
  ]);
});

test("joins Sentinels of sibling hosts although they watch different addresses", () => {
  const files = {
    "node1/sentinel.conf": sentinel("10.0.0.1"),
    "node2/sentinel.conf": sentinel("192.0.2.1"),
  };
  expect(groupsIn(factsOf({ files }))).toEqual(["main: node1/sentinel.conf node2/sentinel.conf all /"]);
});

test("follows replicaof from node to node, and leaves others alone", () => {
  const files = {
    "a/sentinel.conf": sentinel(),
    "x/redis.conf": redis(1),
    "y/redis.conf": redis(2, "replicaof 10.0.0.1 6379"),
    "z/redis.conf": redis(3, "replicaof 10.0.0.2 6379"),
    "cache/redis.conf": "bind 10.0.0.50\nport 6380\n",
    "other/redis.conf": redis(60, "replicaof 10.0.0.61 6379"),
  };
  expect(groupsIn(factsOf({ files }))).toEqual([
    "main: a/sentinel.conf / x/redis.conf y/redis.conf z/redis.conf all",
  ]);
});

test("takes a node without an address for the only group's, unless its port says otherwise", () => {
  const files = {
    "sentinel.conf.j2": sentinel("{{ primary }}"),
    "redis.conf.j2": "bind {{ address }}\nport 6379\n",
    "redis-cache.conf": "port 7000\n",
  };
  expect(groupsIn(factsOf({ files }))).toEqual(["main: sentinel.conf.j2 / redis.conf.j2"]);
});

test("finds hosts by the names of an inventory, and by addresses in files", () => {
  const files = {
    "hosts.ini": "[redis]\nalpha ansible_host=10.0.0.1\nbeta ansible_host=10.0.0.2\n",
    "files/alpha/redis.conf": "port 6379\n",
    "files/redis-10.0.0.2.conf": "port 6379\n",
    "files/sentinel-b.conf": sentinel("10.0.0.1", "bind 10.0.0.2"),
  };
  const facts = factsOf({ files });
  const hosts = [...facts.redis, ...facts.sentinels].map(({ name, host }) => [name, host?.name]);
  expect(Object.fromEntries(hosts)).toEqual({
    "files/alpha/redis.conf": "alpha",
    "files/redis-10.0.0.2.conf": "beta",
    "files/sentinel-b.conf": "beta",
  });
});

test("counts an included file as a part and not as a process", () => {
  const files = {
    "redis-6379.conf": "include common.conf\nport 6379\n",
    "redis-6380.conf": "include common.conf\nport 6380\n",
    "common.conf": "appendonly yes\nmaxmemory 1gb\nmaxclients 100\n",
  };
  expect(factsOf({ files }).redis.map(({ name }) => name)).toEqual([
    "redis-6379.conf",
    "redis-6380.conf",
  ]);
});

test("gives each process the units that start it, with their drop-ins", () => {
  const files = {
    ...THREE,
    "units/redis@.service": "[Service]\nExecStart=/usr/bin/redis-server /etc/redis/%i.conf\n",
    "h1/redis-sentinel.service":
      "[Service]\nExecStart=/usr/bin/redis-sentinel /etc/redis/sentinel.conf\nUser=a\n",
    "h1/redis-sentinel.service.d/x.conf": "[Service]\nUser=b\n",
  };
  const facts = factsOf({ files });
  const units = (some: readonly { readonly units: readonly { readonly name: string }[] }[]) =>
    some.map(({ units }) => units.map(({ name }) => name));
  expect(units(facts.redis)).toEqual([["redis@.service"], ["redis@.service"], ["redis@.service"]]);
  expect(units(facts.sentinels)).toEqual([["redis-sentinel.service"], [], []]);
  expect(facts.units).toHaveLength(2);
  expect(facts.sentinels[0]?.units[0]?.entries.at(-1)?.value.text).toBe("b");
});

test("knows a version from a header, an image and INFO, and none where images differ", () => {
  const compose = (tag: string) => `services:\n  redis:\n    image: redis:${tag}\n`;
  const versionIn = (files: Readonly<Record<string, string>>) =>
    factsOf({ files }).redis.map(
      ({ version }) => version && [version.family, ...version.numbers, version.source],
    );
  expect(versionIn({ "redis.conf": "# Redis 6.2.6\nport 1\n" })).toEqual([
    ["redis", 6, 2, 6, "a comment in redis.conf"],
  ]);
  expect(versionIn({ "redis.conf": "# since Redis 6.2 this is right\nport 1\n" })).toEqual([undefined]);
  expect(versionIn({ "redis/redis.conf": "port 1\n", "compose.yml": compose("6.2-alpine") })).toEqual([
    ["redis", 6, 2, 0, "the image redis:6.2-alpine"],
  ]);
  const two = `${compose("6.2")}  other:\n    image: redis:7.0\n`;
  expect(versionIn({ "redis.conf": "port 1\n", "compose.yml": two })).toEqual([undefined]);
});

const fields = (text: string): ReadonlyMap<string, string> =>
  new Map(text.split(" ").map((pair) => pair.split("=") as [string, string]));

function running(peers: readonly string[]): { redis: LiveRedis[]; sentinels: LiveSentinel[] } {
  const view = {
    primary: fields("ip=10.0.0.1 port=6379"),
    replicas: [fields("ip=10.0.0.2 port=6379")],
    sentinels: peers.map((ip) => fields(`ip=${ip} port=26379`)),
    checkQuorum: "OK",
  };
  const info = new Map([
    ["redis_version", "7.2.4"],
    ["valkey_version", "9.1.2"],
  ]);
  return {
    redis: ["10.0.0.1", "10.0.0.2"].map((address) => ({ address, port: 6379, info })),
    sentinels: ["10.0.0.1", "10.0.0.2"].map((address) => ({
      address,
      port: 26379,
      groups: new Map([["main", view]]),
    })),
  };
}

test("joins what runs into groups, complete when everybody whom Sentinels name has answered", () => {
  const facts = factsOf({ live: running(["10.0.0.1", "10.0.0.2"]) });
  expect(groupsIn(facts)).toEqual([
    "main: 10.0.0.1:26379 10.0.0.2:26379 all / 10.0.0.1:6379 10.0.0.2:6379 all",
  ]);
  expect(facts.redis[0]?.version).toMatchObject({ family: "valkey", numbers: [9, 1, 2] });
  const silent = factsOf({ live: running(["10.0.0.3"]) });
  expect(silent.groups[0]).toMatchObject({ hasEverySentinel: false, hasEveryNode: true });
});

test("joins a file with the process at its address", () => {
  const facts = factsOf({
    files: { "h1/redis.conf": redis(1), "h1/sentinel.conf": sentinel() },
    live: running([]),
  });
  expect(facts.redis.map(({ name, live }) => [name, live?.address])).toEqual([
    ["h1/redis.conf", "10.0.0.1"],
    ["10.0.0.2:6379", "10.0.0.2"],
  ]);
  expect(facts.groups).toHaveLength(1);
});
