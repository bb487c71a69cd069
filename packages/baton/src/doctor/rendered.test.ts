import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { layoutOf } from "../cluster/layout.ts";
import { readCluster } from "../cluster/read.ts";
import { kindOf } from "./recognise.ts";
import { renderedSources } from "./rendered.ts";

const smallest = fileURLToPath(new URL("../../../../examples/smallest.yml", import.meta.url));

test("every node and Sentinel of a cluster file has its configuration, in a folder of its host", async () => {
  const sources = renderedSources(layoutOf(await readCluster(smallest)), "cluster.yml");
  expect(sources.map((source) => [source.path, kindOf(source)])).toEqual([
    ...["h1", "h2", "h3"].map((host) => [`cluster.yml/${host}/redis.conf`, "redis-conf"]),
    ...["h1", "h2", "h3"].map((host) => [`cluster.yml/${host}/sentinel.conf`, "sentinel-conf"]),
  ]);
});

test("needs none of the passwords, which may be elsewhere", async () => {
  const [first, again] = await Promise.all([readCluster(smallest), readCluster(smallest)]);
  expect(renderedSources(layoutOf(first), "a")).toEqual(renderedSources(layoutOf(again), "a"));
});
