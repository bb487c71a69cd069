// LIV001 put to the test.
import { clusterWith } from "../live/live.fixture.ts";
import { testRule } from "../rule.fixture.ts";
import { liv001 } from "./liv001.ts";

testRule(liv001, {
  finds: [
    {
      about: "a second primary, and not the one that Sentinels name",
      live: clusterWith({ nodes: { 3: { info: { role: "master", master_repl_offset: "99" } } } }),
      at: ["10.0.0.3:6379:0"],
      says: "offset 99",
    },
  ],
  passes: [{ about: "one primary with two replicas", live: clusterWith() }],
});
