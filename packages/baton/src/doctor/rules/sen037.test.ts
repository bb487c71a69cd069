import { testRule } from "../rule.fixture.ts";
import { sentinelFiles } from "../rule-examples.ts";
import { sen037 } from "./sen037.ts";

testRule(sen037, {
  passes: [
    { about: "the default", files: sentinelFiles() },
    {
      about: "a last line that denies",
      files: sentinelFiles({
        lines: ["sentinel deny-scripts-reconfig no", "sentinel deny-scripts-reconfig yes"],
      }),
    },
  ],
});
