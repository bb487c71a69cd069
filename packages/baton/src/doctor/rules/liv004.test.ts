// LIV004 put to the test.
import { clusterWith } from "../live/live.fixture.ts";
import { testRule } from "../rule.fixture.ts";
import { liv004 } from "./liv004.ts";

const checkQuorum = "NOQUORUM 1 usable Sentinels. Not enough available Sentinels to reach the majority";

testRule(liv004, {
  finds: [
    {
      about: "a Sentinel that is alone",
      live: clusterWith({ sentinels: { 2: { checkQuorum } } }),
      at: ["10.0.0.2:26379:0"],
      severity: "error",
    },
    {
      about: "one of three that is silent, as a warning",
      live: clusterWith({ sentinels: { 3: { silence: "no answer in time" } } }),
      at: ["10.0.0.3:26379:0"],
      says: "no answer in time",
      severity: "warning",
    },
    {
      about: "two of three that are silent",
      live: clusterWith({
        sentinels: {
          1: { checkQuorum },
          2: { silence: "no answer in time" },
          3: { silence: "no answer" },
        },
      }),
      severity: "error",
    },
  ],
  passes: [
    { about: "three that answer", live: clusterWith() },
    {
      about: "a Sentinel that does not know this login",
      live: clusterWith({ sentinels: { 3: { silence: "lets nobody in with this login: NOAUTH" } } }),
    },
  ],
});
