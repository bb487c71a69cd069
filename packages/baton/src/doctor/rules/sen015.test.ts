// SEN015 put to the test.
import { clusterWith } from "../live/live.fixture.ts";
import { testRule } from "../rule.fixture.ts";
import { sen015 } from "./sen015.ts";

const down = (ms: string) =>
  clusterWith({ everySentinel: { replicas: { 3: { flags: "s_down,slave", "s-down-time": ms } } } });

testRule(sen015, {
  finds: [
    { about: "one that left a day ago", live: down("86400000"), at: ["10.0.0.3:6379:0"], says: "24 h" },
  ],
  passes: [
    { about: "one that has just crashed", live: down("40000") },
    { about: "two that are there", live: clusterWith() },
  ],
});
