import { expect, test } from "vitest";
import { handmadeLayout, handmadeSecrets, handmadeSite } from "../render/layout.fixture.ts";
import { redisConf } from "../render/redis-conf.ts";
import { isSameSetting, watchedSettings } from "./watched-settings.ts";

function bothOf(redisSettings: Readonly<Record<string, string>>) {
  const layout = handmadeLayout(["192.0.2.1", "192.0.2.2", "192.0.2.3"], redisSettings);
  const [group] = layout.groups;
  if (group === undefined) throw new Error("the fixture has a group");
  const site = handmadeSite(layout, "/site");
  const texts = redisConf
    .files({ layout, secrets: handmadeSecrets, site })
    .map(({ text }) => text.split("\n"));
  return { watched: Object.entries(watchedSettings(layout.cluster, group)), texts };
}

test.each([
  ["nothing of its own", {}],
  ["a limit of memory", { maxmemory: "1gb", "maxmemory-policy": "allkeys-lru" }],
  ["another backlog and no file", { "repl-backlog-size": "256mb", appendonly: "no" }],
])("every redis.conf says each of them, with %s", (_what, settings: Record<string, string>) => {
  const { watched, texts } = bothOf(settings);
  expect(texts).toHaveLength(3);
  expect(watched.length).toBeGreaterThanOrEqual(4);
  for (const text of texts)
    for (const [name, value] of watched) expect(text).toContain(`${name} ${value}`);
});

test("what the cluster file does not ask for is not watched, and what Baton changes itself is not", () => {
  const { watched } = bothOf({});
  expect(watched.map(([name]) => name).sort()).toEqual([
    "appendonly",
    "min-replicas-max-lag",
    "min-replicas-to-write",
    "repl-backlog-size",
  ]);
});

test.each([
  ["64mb", "67108864", true],
  ["64MB", "67108864", true],
  ["1g", "1000000000", true],
  ["yes", "YES", true],
  ["allkeys-lru", "allkeys-lru", true],
  ["64mb", "67108863", false],
  ["1", "0", false],
  ["yes", "no", false],
  ["allkeys-lru", "", false],
  ["64mb", "x".repeat(10_000), false],
])("%s and %s are the same: %s", (asked, said, same) => {
  expect(isSameSetting(asked, said)).toBe(same);
});
