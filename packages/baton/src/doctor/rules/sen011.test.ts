import { testRule } from "../rule.fixture.ts";
import { sentinelFiles } from "../rule-examples.ts";
import { sen011 } from "./sen011.ts";

testRule(sen011, {
  finds: [
    {
      about: "names that are answered with addresses",
      files: sentinelFiles({
        monitor: "sentinel resolve-hostnames yes\nsentinel monitor main redis-1 6379 2",
      }),
      says: "announce-hostnames no",
    },
    {
      about: "lookups in a file without a name",
      files: sentinelFiles({ lines: ["sentinel resolve-hostnames yes"] }),
      at: ["h1/sentinel.conf:4", "h2/sentinel.conf:4", "h3/sentinel.conf:4"],
    },
  ],
  passes: [{ about: "the default", files: sentinelFiles() }],
});
