import { describe, expect, test } from "vitest";
import { knowsFailover } from "./failover-signs.ts";
import type { ExampleFiles } from "./rule.ts";
import { factsOf } from "./rule.fixture.ts";

const compose = (command: string): string =>
  `services:\n  redis:\n    image: redis:7.2\n    command: ${command}\n`;
const SIGNS: readonly (readonly [about: string, files: ExampleFiles])[] = [
  ["a replica", { "redis.conf": "replicaof {{ primary }} 6379\n" }],
  ["a Sentinel without a group", { "sentinel.conf": "port 26379\n" }],
  ["a container that follows another", { "compose.yml": compose("redis-server --replicaof a 6379") }],
  ["a chart's architecture", { "values.yaml": "redis:\n  architecture: replication\n" }],
  ["a group of Sentinels in an inventory", { "hosts.ini": "[redis_sentinels]\na\n[redis]\nb\n" }],
];
const PLAIN: readonly (readonly [about: string, files: ExampleFiles])[] = [
  ["a cache in a container", { "compose.yml": compose("redis-server --save ''") }],
  ["a cache with a file", { "redis.conf": "maxmemory 1gb\n" }],
  ["an agent named SentinelOne", { "site.yml": "- hosts: redis\n  roles: [sentinelone, redis]\n" }],
];

describe("a sign of replicas or Sentinels", () => {
  test.each(SIGNS)("is %s", (_, files) => {
    expect(knowsFailover(factsOf({ files }))).toBe(true);
  });
  test.each(PLAIN)("is not %s", (_, files) => {
    expect(knowsFailover(factsOf({ files }))).toBe(false);
  });
});
