// SEN047 put to the test.
import { clusterWith } from "../live/live.fixture.ts";
import { testRule } from "../rule.fixture.ts";
import { sen047 } from "./sen047.ts";

testRule(sen047, {
  finds: [
    {
      about: "timers of all that were changed",
      live: clusterWith({ everySentinel: { timers: { "tilt-period": "9000" } } }),
      at: ["10.0.0.1:26379:0", "10.0.0.2:26379:0", "10.0.0.3:26379:0"],
      says: "tilt-period 9000 (30000)",
    },
    {
      about: "one that was restarted since",
      live: clusterWith({ sentinels: { 2: {} }, everySentinel: { timers: { "info-period": "1000" } } }),
      says: "perhaps a restart undid them",
    },
  ],
  passes: [{ about: "the defaults", live: clusterWith() }],
});
