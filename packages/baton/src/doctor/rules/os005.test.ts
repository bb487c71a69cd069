// OS005 put to the test.
import { clusterWith } from "../live/live.fixture.ts";
import { testRule } from "../rule.fixture.ts";
import { os005 } from "./os005.ts";

const clockOf = (aheadMs: number, uncertaintyMs = 3) =>
  clusterWith({ nodes: { 3: { clock: { aheadMs, uncertaintyMs } } } });

testRule(os005, {
  finds: [
    {
      about: "a machine that is 4 s behind",
      live: clockOf(-4_000),
      at: ["10.0.0.3:6379:0"],
      says: "4 s behind",
    },
  ],
  passes: [
    { about: "300 ms", live: clockOf(300) },
    { about: "an answer that took too long to tell", live: clockOf(900, 700) },
    { about: "clocks that agree", live: clusterWith() },
  ],
});
