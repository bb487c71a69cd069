import { testRule } from "../rule.fixture.ts";
import { redisFiles, sentinelFiles } from "../rule-examples.ts";
import { top005 } from "./top005.ts";

testRule(top005, {
  finds: [
    {
      about: "the older name",
      files: { ...redisFiles({ count: 2, lines: ["min-slaves-to-write 1"] }), ...sentinelFiles() },
    },
  ],
  passes: [
    {
      about: "two of two replicas, which is another finding",
      files: { ...redisFiles({ lines: ["min-replicas-to-write 2"] }), ...sentinelFiles() },
    },
    {
      about: "a check that is switched off",
      files: {
        ...redisFiles({ count: 2, lines: ["min-replicas-to-write 1", "min-replicas-max-lag 0"] }),
        ...sentinelFiles(),
      },
    },
    {
      about: "a node whose replicas were not shown",
      files: { ...redisFiles({ count: 1, lines: ["min-replicas-to-write 1"] }), ...sentinelFiles() },
    },
  ],
});
