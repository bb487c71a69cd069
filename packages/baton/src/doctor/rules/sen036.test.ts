import { testRule } from "../rule.fixture.ts";
import { sentinelFiles } from "../rule-examples.ts";
import { sen036 } from "./sen036.ts";

testRule(sen036, {
  finds: [
    {
      about: "the one whose login the others refuse",
      files: sentinelFiles({
        lines: ["user default on >tulip +@all"],
        linesOf: {
          1: ["sentinel sentinel-pass tulip"],
          2: ["sentinel sentinel-pass tulip"],
          3: ["sentinel sentinel-pass crocus"],
        },
      }),
      at: ["h3/sentinel.conf:5"],
    },
    {
      about: "no login at all",
      files: sentinelFiles({ lines: ["user default off", "user peer on >daisy +@all"] }),
      says: "has no sentinel sentinel-pass",
    },
    {
      about: "a template whose hosts refuse each other",
      files: {
        "sentinel.conf":
          "requirepass tulip\nsentinel sentinel-pass crocus\nsentinel monitor main 10.0.0.1 6379 2\n",
      },
      says: "a Sentinel with this file",
    },
  ],
  passes: [
    {
      about: "requirepass alone, which is shown to peers, too",
      files: sentinelFiles({ lines: ["requirepass tulip"] }),
    },
    {
      about: "placeholders",
      files: sentinelFiles({ lines: ["requirepass {{ one }}", "sentinel sentinel-pass {{ other }}"] }),
    },
    {
      about: "nobody who asks for a password",
      files: sentinelFiles({ lines: ["sentinel sentinel-pass tulip"] }),
    },
  ],
});
