import { expect, test } from "vitest";
import { layoutOf } from "../cluster/layout.ts";
import { clusterFrom } from "../deploy/cluster.fixture.ts";
import { jobOf, nodesOf, wantedUnits } from "./units.ts";

const layout = layoutOf(
  clusterFrom(`objectives: { rpo: none }
hosts:
  - { name: h1, address: 10.0.0.1, zone: a }
  - { name: h2, address: 10.0.0.2, zone: b }
  - { name: h3, address: 10.0.0.3, zone: c }
  - { name: app, address: 10.0.0.9, zone: a, runs: [router] }
  - { name: vote, address: 10.0.0.8, zone: d, runs: [sentinel] }
groups:
  - { name: main, hosts: [h1, h2, h3] }
  - { name: cache, hosts: [h2, h3], port: 6400, routerPort: 6401 }
`),
);
const unitsOf = (host: string) => wantedUnits(layout, host).map(({ unit }) => unit);

test("a host has a unit for each of its nodes, one for its Sentinel, and one for all of Baton", () => {
  expect(unitsOf("h2")).toEqual([
    "redis-server@main.service",
    "redis-server@cache.service",
    "redis-sentinel.service",
    "baton-agent.service",
  ]);
  expect(unitsOf("h1")).toEqual([
    "redis-server@main.service",
    "redis-sentinel.service",
    "baton-agent.service",
  ]);
});

test("a host without a node has what it runs, and no more", () => {
  expect(unitsOf("app")).toEqual(["baton-router.service"]);
  expect(unitsOf("vote")).toEqual(["redis-sentinel.service"]);
  expect(nodesOf(layout, "app")).toEqual([]);
  expect(nodesOf(layout, "h2").map(({ group, node }) => [group.name, node.port])).toEqual([
    ["main", 6379],
    ["cache", 6400],
  ]);
});

test("every wanted unit is recognised by its name again", () => {
  for (const { name } of layout.cluster.hosts)
    for (const { unit, job } of wantedUnits(layout, name)) expect(jobOf(unit)).toEqual(job);
});

test("a node of a group that no cluster file has any more is one of Baton's, Debian's own is not", () => {
  expect(jobOf("redis-server@old-group.service")).toEqual({ kind: "node", group: "old-group" });
  expect(jobOf("redis-server.service")).toBeUndefined();
  expect(jobOf("ssh.service")).toBeUndefined();
});

test("nodes and Sentinels are made of Baton's settings, and Baton's own unit of several files", () => {
  expect(wantedUnits(layout, "h1").map(({ settingsPath }) => settingsPath)).toEqual([
    "/etc/baton/redis/main.conf",
    "/etc/baton/sentinel.conf",
    undefined,
  ]);
});
