// SEN044 put to the test.
import { clusterWith } from "../live/live.fixture.ts";
import { testRule } from "../rule.fixture.ts";
import { sen044 } from "./sen044.ts";

testRule(sen044, {
  finds: [
    {
      about: "an upgrade that stopped half way",
      live: clusterWith({ sentinels: { 3: { info: { redis_version: "6.2.14" } } } }),
      at: ["10.0.0.3:26379:0"],
      says: "It is redis 6.2.14, and others are redis 7.0.15",
    },
    {
      about: "servers that were upgraded first",
      live: clusterWith({ nodes: { 2: { info: { redis_version: "8.0.2" } } } }),
      says: "10.0.0.2:6379 is redis 8.0.2",
    },
  ],
  passes: [
    { about: "one version", live: clusterWith() },
    {
      about: "another patch",
      live: clusterWith({ sentinels: { 3: { info: { redis_version: "7.0.11" } } } }),
    },
  ],
});
