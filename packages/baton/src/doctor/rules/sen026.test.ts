// SEN026 put to the test.
import { clusterWith } from "../live/live.fixture.ts";
import { testRule } from "../rule.fixture.ts";
import { sen026 } from "./sen026.ts";

const holding = (bytes: string, seconds = "-1") =>
  clusterWith({ nodes: { 1: { info: { used_memory: bytes, rdb_last_bgsave_time_sec: seconds } } } });

testRule(sen026, {
  finds: [
    {
      about: "220 GB over ten gigabits in 10 s",
      live: holding("220000000000"),
      says: "takes 3 min or more",
    },
    {
      about: "a snapshot that takes half a minute",
      live: holding("1000000", "31"),
      says: "31 s or more",
    },
  ],
  passes: [
    { about: "ten gigabytes, which take 9 s", live: holding("10000000000") },
    { about: "a small data set", live: clusterWith() },
  ],
});
