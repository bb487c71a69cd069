// LIV009 put to the test.
import { clusterWith } from "../live/live.fixture.ts";
import { factsOf, testRule } from "../rule.fixture.ts";
import { expect, test } from "vitest";
import { liv009 } from "./liv009.ts";

const down = {
  flags: "s_down,o_down,master",
  "s-down-time": "40000",
  "down-after-milliseconds": "2000",
};
const link = (ms: number) => ({ "master-link-status": "err", "master-link-down-time": String(ms) });
const stuck = clusterWith({
  nodes: { 1: { silence: "connect ECONNREFUSED" } },
  everySentinel: { primary: down, replicas: { 2: link(72_000), 3: link(73_000) } },
});

testRule(liv009, {
  finds: [
    {
      about: "links that were down before anybody noticed",
      live: stuck,
      at: ["10.0.0.1:26379:0", "10.0.0.2:26379:0", "10.0.0.3:26379:0"],
      says: "its link was down for 72 s, and 60 s are allowed",
    },
    {
      about: "a replica that is down and one that must not be promoted",
      live: clusterWith({
        everySentinel: {
          primary: down,
          replicas: { 2: { flags: "s_down,slave" }, 3: { ...link(40_000), "slave-priority": "0" } },
        },
      }),
      says: "its replica-priority is 0",
    },
  ],
  passes: [
    {
      about: "a primary that has just died",
      live: clusterWith({
        everySentinel: {
          primary: { ...down, "s-down-time": "500" },
          replicas: { 2: link(2_600), 3: link(2_600) },
        },
      }),
    },
    {
      about: "a primary that is there",
      live: clusterWith({ everySentinel: { replicas: { 2: link(90_000) } } }),
    },
  ],
});

test("names the value of down-after that lets the freshest replica in", () => {
  const [draft] = [...liv009.check(factsOf({ live: stuck }))];
  expect(draft).toMatchObject({ fix: expect.stringContaining("main down-after-milliseconds 4200") });
});
