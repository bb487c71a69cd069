import { expect, test } from "vitest";
import type { Facts } from "./facts.ts";
import { factsOf } from "./rule.fixture.ts";

const redis = (host: number, ...lines: readonly string[]): string =>
  [`bind 10.0.0.${host}`, "port 6379", ...lines, ""].join("\n");
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

test("takes equal folder names in different trees for different hosts", () => {
  const cluster = (number: number): Readonly<Record<string, string>> =>
    Object.fromEntries(
      [1, 2].flatMap((host) => [
        [`shop${number}/h${host}/redis.conf`, `bind 10.${number}.0.${host}\nport 6379\n`],
        [`shop${number}/h${host}/sentinel.conf`, sentinel(`10.${number}.0.1`)],
      ]),
    );
  const { groups } = factsOf({ files: { ...cluster(1), ...cluster(2) } });
  expect(groups.map(({ nodes }) => nodes.map(({ name }) => name))).toEqual([
    ["shop1/h1/redis.conf", "shop1/h2/redis.conf"],
    ["shop2/h1/redis.conf", "shop2/h2/redis.conf"],
  ]);
});

test("keeps clusters of one name in one folder apart where three Sentinels agree on each primary", () => {
  const host = (number: number, primary: string) => ({
    [`fleet/db${number}/sentinel.conf`]: sentinel(primary),
  });
  const cluster = (first: number, primary: string) => ({
    ...host(first, primary),
    ...host(first + 1, primary),
    ...host(first + 2, primary),
  });
  const files = { ...cluster(1, "10.0.0.1"), ...cluster(4, "10.0.1.1") };
  expect(groupsIn(factsOf({ files }))).toEqual([
    "main: fleet/db1/sentinel.conf fleet/db2/sentinel.conf fleet/db3/sentinel.conf all /",
    "main: fleet/db4/sentinel.conf fleet/db5/sentinel.conf fleet/db6/sentinel.conf all /",
  ]);
});

test("finds a host by the name of its folder in the nearest folder that has one of that name", () => {
  const named = (target: string): Readonly<Record<string, string>> => ({
    "shop/redis/db1/redis.conf": "port 6379\n",
    "shop/redis/db2/redis.conf": `port 6379\nreplicaof ${target} 6379\n`,
    "shop/sentinel/db3/sentinel.conf": sentinel(target),
  });
  const files = { ...named("db1"), "blog/redis/db1/redis.conf": redis(50) };
  expect(groupsIn(factsOf({ files }))).toEqual([
    "main: shop/sentinel/db3/sentinel.conf / shop/redis/db1/redis.conf shop/redis/db2/redis.conf all",
  ]);
});

test("keeps five hundred clusters apart, and quickly", () => {
  const files = Object.fromEntries(
    Array.from({ length: 500 }, (_, number) => number).flatMap((number) =>
      [1, 2, 3].flatMap((host) => [
        [
          `c${number}x/h${host}/redis.conf`,
          `bind 10.${number >> 8}.${number & 255}.${host}\nport 6379\n`,
        ],
        [`c${number}x/h${host}/sentinel.conf`, sentinel(`10.${number >> 8}.${number & 255}.1`)],
      ]),
    ),
  );
  const { groups } = factsOf({ files });
  expect(groups).toHaveLength(500);
  expect(new Set(groups.map(({ nodes }) => nodes.length))).toEqual(new Set([3]));
});

test("keeps inventories apart that name their hosts alike, each with the files around it", () => {
  const cluster = (name: string, net: number) => ({
    [`${name}/inventory/hosts.ini`]: `[redis]\nalpha ansible_host=10.${net}.0.1\n`,
    [`${name}/files/alpha/redis.conf`]: "port 6379\n",
    [`${name}/sentinel.conf`]: sentinel("alpha"),
  });
  const facts = factsOf({ files: { ...cluster("shop", 1), ...cluster("blog", 2) } });
  expect(facts.redis.map(({ host }) => host?.addresses)).toEqual([["10.1.0.1"], ["10.2.0.1"]]);
  expect(groupsIn(facts)).toEqual([
    "main: shop/sentinel.conf / shop/files/alpha/redis.conf",
    "main: blog/sentinel.conf / blog/files/alpha/redis.conf",
  ]);
});

test("takes loopback for the machine whose files lie together", () => {
  const host = (name: string, net: number) => ({
    [`${name}/redis.conf`]: `bind 10.0.${net}.1 127.0.0.1\nport 6379\n`,
    [`${name}/sentinel.conf`]: sentinel("127.0.0.1"),
  });
  const lab = (port: number) => ({ [`lab/redis-${port}/redis.conf`]: `bind 127.0.0.1\nport ${port}\n` });
  const files = {
    ...host("shop", 1),
    ...host("blog", 2),
    ...lab(6379),
    ...lab(6380),
    "lab/sentinel-1/sentinel.conf": "port 26379\nsentinel monitor lab 127.0.0.1 6380 2\n",
  };
  expect(groupsIn(factsOf({ files }))).toEqual([
    "main: shop/sentinel.conf / shop/redis.conf",
    "main: blog/sentinel.conf / blog/redis.conf",
    "lab: lab/sentinel-1/sentinel.conf / lab/redis-6380/redis.conf",
  ]);
});

test("takes a node without an address for the nearest group's where there are several", () => {
  const cluster = (name: string, net: number) => ({
    [`${name}/sentinel.conf.j2`]: sentinel(`10.${net}.0.1`),
    [`${name}/redis.conf.j2`]: "bind {{ address }}\nport 6379\n",
  });
  const files = { ...cluster("shop", 1), ...cluster("blog", 2), "redis-other.conf": "port 6379\n" };
  expect(groupsIn(factsOf({ files }))).toEqual([
    "main: shop/sentinel.conf.j2 / shop/redis.conf.j2",
    "main: blog/sentinel.conf.j2 / blog/redis.conf.j2",
  ]);
});
