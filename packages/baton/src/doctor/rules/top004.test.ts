// TOP004 put to the test.
import { clusterWith } from "../live/live.fixture.ts";
import { testRule } from "../rule.fixture.ts";
import { top004 } from "./top004.ts";

const zero = { "slave-priority": "0" };

testRule(top004, {
  finds: [
    {
      about: "replicas that must not be promoted",
      live: clusterWith({ everySentinel: { replicas: { 2: zero, 3: zero } } }),
      at: ["10.0.0.1:26379:0", "10.0.0.2:26379:0", "10.0.0.3:26379:0"],
      says: "replica-priority 0",
    },
    {
      about: "a primary that is alone",
      live: clusterWith({ everySentinel: { replicas: { 2: "unknown", 3: "unknown" } } }),
      says: "it knows no replica",
    },
    {
      about: "one that is down and one that has no data yet",
      live: clusterWith({
        everySentinel: {
          replicas: { 2: { flags: "s_down,slave" }, 3: { "master-link-down-time": "-1000" } },
        },
      }),
      says: /\(down\) and .*\(never synchronised\)/,
    },
  ],
  passes: [
    { about: "one that could", live: clusterWith({ everySentinel: { replicas: { 2: zero } } }) },
    { about: "two that could", live: clusterWith() },
  ],
});
