import { testRule } from "../rule.fixture.ts";
import { inventoryOf } from "../inventory-examples.ts";
import { redisFiles, sentinelFiles } from "../rule-examples.ts";
import { top002 } from "./top002.ts";

testRule(top002, {
  finds: [
    {
      about: "one zone for all nodes, and another for a Sentinel",
      files: {
        ...inventoryOf("a", "a", "a"),
        ...redisFiles({ linesOf: { 2: ["replica-priority 0"], 3: ["replica-priority 0"] } }),
        ...sentinelFiles(),
      },
      says: "host",
    },
  ],
  passes: [
    {
      about: "one zone for everything",
      files: { ...inventoryOf("a", "a", "a"), ...redisFiles(), ...sentinelFiles() },
    },
    {
      about: "a priority that is not known",
      files: {
        ...inventoryOf("a", "a", "b"),
        ...redisFiles({ linesOf: { 3: ["replica-priority {{ priority }}"] } }),
        ...sentinelFiles(),
      },
    },
  ],
});
