// TOP010 put to the test.
import { clusterWith } from "../live/live.fixture.ts";
import { testRule } from "../rule.fixture.ts";
import { top010 } from "./top010.ts";

testRule(top010, {
  finds: [
    {
      about: "a primary that was upgraded first",
      live: clusterWith({ nodes: { 1: { info: { redis_version: "7.2.4" } } } }),
      at: ["10.0.0.2:6379:0", "10.0.0.3:6379:0"],
      says: "It is redis 7.0.15, and its primary 10.0.0.1:6379 is 7.2.4",
    },
  ],
  passes: [
    {
      about: "versions that write one format",
      live: clusterWith({
        nodes: {
          1: { info: { redis_version: "6.2.14" } },
          2: { info: { redis_version: "6.0.20" } },
          3: { info: { redis_version: "6.0.20" } },
        },
      }),
    },
    {
      about: "replicas that were upgraded first",
      live: clusterWith({ nodes: { 2: { info: { redis_version: "7.2.4" } } } }),
    },
    { about: "one version", live: clusterWith() },
  ],
});
