// LIV002 put to the test.
import { clusterWith } from "../live/live.fixture.ts";
import { testRule } from "../rule.fixture.ts";
import { liv002 } from "./liv002.ts";

testRule(liv002, {
  finds: [
    {
      about: "one that missed the last failover",
      live: clusterWith({ sentinels: { 3: { primary: { ip: "10.0.0.2", "config-epoch": "2" } } } }),
      at: ["10.0.0.3:26379:0"],
      says: "expected one answer from all",
    },
    {
      about: "two primaries of one epoch",
      live: clusterWith({ sentinels: { 2: { primary: { ip: "10.0.0.2" } } } }),
      at: ["10.0.0.2:26379:0"],
      says: "never converge",
    },
  ],
  passes: [{ about: "three that agree", live: clusterWith() }],
});
