import { testRule } from "../rule.fixture.ts";
import { inventoryOf } from "../inventory-examples.ts";
import { sentinelFiles } from "../rule-examples.ts";
import { top003 } from "./top003.ts";

testRule(top003, {
  passes: [
    {
      about: "a zone whose loss takes the majority, which is another finding",
      files: { ...inventoryOf("a", "a", "b"), ...sentinelFiles() },
    },
    {
      about: "a quorum of all, which is another finding",
      files: { ...inventoryOf("a", "b", "c"), ...sentinelFiles({ quorum: 3 }) },
    },
  ],
});
