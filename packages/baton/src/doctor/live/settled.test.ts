import { expect, test } from "vitest";
import { type Changes, clusterWith } from "./live.fixture.ts";
import { isSettled } from "./settled.ts";

test("a healthy cluster is at rest", () => {
  expect(isSettled(clusterWith())).toBe(true);
});

test.each([
  [
    "a failover that is under way",
    { sentinels: { 1: { primary: { flags: "master,failover_in_progress" } } } },
  ],
  ["a Sentinel that names another primary", { sentinels: { 2: { primary: { ip: "10.0.0.2" } } } }],
  ["an epoch that not all have heard of", { sentinels: { 2: { primary: { "config-epoch": "4" } } } }],
  ["a second primary", { nodes: { 3: { info: { role: "master" } } } }],
  ["a link that is down", { nodes: { 3: { info: { master_link_status: "down" } } } }],
] as const satisfies readonly (readonly [string, Changes])[])(
  "is not at rest with %s",
  (_about, changes) => {
    expect(isSettled(clusterWith(changes))).toBe(false);
  },
);

test("whoever says nothing tells nothing", () => {
  expect(isSettled(clusterWith({ nodes: { 3: { silence: "no answer in time" } } }))).toBe(true);
});
