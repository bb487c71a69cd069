import { testRule } from "../rule.fixture.ts";
import { inventoryOf } from "../inventory-examples.ts";
import { redisFiles, sentinelFiles } from "../rule-examples.ts";
import { top007 } from "./top007.ts";

testRule(top007, {
  finds: [
    {
      about: "a priority before the others",
      files: {
        ...inventoryOf("paris-1", "paris-2", "frankfurt-dr"),
        ...redisFiles({ linesOf: { 3: ["replica-priority 50"] } }),
        ...sentinelFiles(),
      },
      says: '"frankfurt-dr" has replica-priority 50',
    },
  ],
  passes: [
    {
      about: "a node that only a person may choose",
      files: {
        ...inventoryOf("paris-1", "paris-2", "dr"),
        ...redisFiles({ linesOf: { 3: ["replica-priority 0"] } }),
        ...sentinelFiles(),
      },
    },
    {
      about: "zones with ordinary names",
      files: { ...inventoryOf("dresden", "drachten", "madrid"), ...redisFiles(), ...sentinelFiles() },
    },
  ],
});
