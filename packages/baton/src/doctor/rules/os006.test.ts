// OS006 put to the test.
import { clusterWith } from "../live/live.fixture.ts";
import { testRule } from "../rule.fixture.ts";
import { os006 } from "./os006.ts";

testRule(os006, {
  finds: [
    {
      about: "one that stood still",
      live: clusterWith({
        sentinels: { 3: { info: { sentinel_tilt: "1", sentinel_tilt_since_seconds: "12" } } },
      }),
      at: ["10.0.0.3:26379:0"],
      says: "for 12 s",
    },
  ],
  passes: [{ about: "Sentinels with their senses", live: clusterWith() }],
});
