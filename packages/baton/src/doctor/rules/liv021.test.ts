// LIV021 put to the test.
import { clusterWith } from "../live/live.fixture.ts";
import { testRule } from "../rule.fixture.ts";
import { liv021 } from "./liv021.ts";

testRule(liv021, {
  finds: [
    {
      about: "an empty primary in front of full replicas",
      live: clusterWith({ nodes: { 1: { info: { uptime_in_seconds: "2" }, keys: 0 } } }),
      at: ["10.0.0.2:6379:0", "10.0.0.3:6379:0"],
      says: "It has 500 keys",
    },
  ],
  passes: [
    {
      about: "a primary that was restarted with its data",
      live: clusterWith({ nodes: { 1: { info: { uptime_in_seconds: "2" } } } }),
    },
    { about: "a primary that was emptied on purpose", live: clusterWith({ nodes: { 1: { keys: 0 } } }) },
  ],
});
