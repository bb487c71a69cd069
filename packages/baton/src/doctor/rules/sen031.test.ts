// SEN031 put to the test.
import { clusterWith } from "../live/live.fixture.ts";
import { testRule } from "../rule.fixture.ts";
import { sen031 } from "./sen031.ts";

testRule(sen031, {
  finds: [
    {
      about: "a command of 3 s",
      live: clusterWith({ nodes: { 2: { slowestMs: 3_000 } } }),
      at: ["10.0.0.2:6379:0"],
      says: "The slowest command that it remembers took 3 s, and down-after is 5 s",
    },
    {
      about: "a fork of 4 s",
      live: clusterWith({ nodes: { 1: { info: { latest_fork_usec: "4000000" } } } }),
      says: "Its last fork took 4 s",
    },
  ],
  passes: [
    { about: "stalls of 2 s", live: clusterWith({ nodes: { 2: { slowestMs: 2_000 } } }) },
    { about: "nodes that never stall", live: clusterWith() },
  ],
});
