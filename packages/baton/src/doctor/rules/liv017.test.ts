// LIV017 put to the test.
import { clusterWith } from "../live/live.fixture.ts";
import { testRule } from "../rule.fixture.ts";
import { liv017 } from "./liv017.ts";

testRule(liv017, {
  finds: [
    {
      about: "a backlog that never reaches back far enough",
      live: clusterWith({ nodes: { 1: { info: { sync_partial_err: "9", sync_partial_ok: "1" } } } }),
      at: ["10.0.0.1:6379:0"],
      says: "Of 10 replicas that came back, 9 needed all data",
    },
  ],
  passes: [
    { about: "first synchronisations, which are full", live: clusterWith() },
    {
      about: "one that came back after a long time, among many",
      live: clusterWith({ nodes: { 1: { info: { sync_partial_err: "3", sync_partial_ok: "40" } } } }),
    },
  ],
});
