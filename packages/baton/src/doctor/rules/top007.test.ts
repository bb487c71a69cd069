import { testRule } from "../rule.fixture.ts";
import { inventoryOf } from "../inventory-examples.ts";
import { redisFiles, sentinelFiles } from "../rule-examples.ts";
import { top007 } from "./top007.ts";

testRule(top007, {
  finds: [
    {
      about: "a priority that is not behind all others",
      files: {
        ...inventoryOf("paris-1", "paris-2", "dr"),
        ...redisFiles({ lines: ["replica-priority 300"] }),
        ...sentinelFiles(),
      },
      says: "has replica-priority 300, and other sites have up to 300; expected more, or 0",
    },
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
      about: "a whole cluster in such a zone",
      files: { ...inventoryOf("backup", "backup", "backup"), ...redisFiles(), ...sentinelFiles() },
    },
    {
      about: "others whose priority is a placeholder",
      files: {
        ...inventoryOf("paris-1", "paris-2", "dr"),
        ...redisFiles({
          linesOf: {
            1: ["replica-priority {{ priority }}"],
            2: ["replica-priority {{ priority }}"],
          },
        }),
        ...sentinelFiles(),
      },
    },
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
