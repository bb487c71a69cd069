// LIV003 put to the test.
import { clusterWith } from "../live/live.fixture.ts";
import { testRule } from "../rule.fixture.ts";
import { liv003 } from "./liv003.ts";

testRule(liv003, {
  finds: [
    {
      about: "a primary that somebody made a replica",
      live: clusterWith({
        nodes: {
          1: { info: { role: "slave", master_host: "10.0.0.2", master_port: "6379" } },
          2: { info: { role: "master" } },
        },
      }),
      at: ["10.0.0.1:6379:0"],
      says: "is a replica of 10.0.0.2:6379",
    },
    {
      about: "a primary that says nothing",
      live: clusterWith({ nodes: { 1: { silence: "connect ECONNREFUSED" } } }),
      says: "ECONNREFUSED",
    },
  ],
  passes: [
    { about: "a primary where it should be", live: clusterWith() },
    {
      about: "a primary that does not know this login",
      live: clusterWith({ nodes: { 1: { silence: "lets nobody in with this login: WRONGPASS" } } }),
    },
  ],
});
