// LIV001 put to the test.
import { clusterWith, nodeOf } from "../live/live.fixture.ts";
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
    {
      about: "the same while no Sentinel answers",
      files: {
        "h1/sentinel.conf": "sentinel monitor main 10.0.0.1 6379 2\n",
      },
      live: {
        redis: [nodeOf(1), nodeOf(3, { info: { role: "master" } })],
        sentinels: [],
      },
      says: /expected one primary$/m,
    },
  ],
  passes: [{ about: "one primary with two replicas", live: clusterWith() }],
});
