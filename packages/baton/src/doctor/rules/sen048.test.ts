// SEN048 put to the test.
import { clusterWith } from "../live/live.fixture.ts";
import { testRule } from "../rule.fixture.ts";
import { sen048 } from "./sen048.ts";

testRule(sen048, {
  finds: [
    {
      about: "a crash that waits for its election",
      live: clusterWith({ sentinels: { 2: { info: { sentinel_simulate_failure_flags: "1" } } } }),
      at: ["10.0.0.2:26379:0"],
    },
  ],
  passes: [{ about: "Sentinels that mean to live", live: clusterWith() }],
});
