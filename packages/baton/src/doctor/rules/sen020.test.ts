import { testRule } from "../rule.fixture.ts";
import { sentinelFiles } from "../rule-examples.ts";
import { sen020 } from "./sen020.ts";

testRule(sen020, {
  finds: [
    {
      about: "a slip that is certain enough to be corrected",
      files: sentinelFiles({ count: 1, lines: ["sentinel auth-pass mian tulip"] }),
      edits: ["main"],
    },
    {
      about: "a line that a group left behind, which is not given to another one",
      files: {
        "sentinel.conf": [
          "sentinel monitor cache-1 10.0.0.1 6379 2",
          "sentinel auth-pass cache-1 tulip",
          "sentinel auth-pass cache-4 crocus",
          "",
        ].join("\n"),
      },
      edits: [],
    },
    {
      about: "what Sentinel wrote about another group, which is never renamed",
      files: sentinelFiles({ count: 1, lines: ["sentinel config-epoch mian 4"] }),
      edits: [],
    },
    {
      about: "a slip of one letter, and what was meant",
      files: sentinelFiles({ count: 1, lines: ["sentinel auth-pass mian tulip"] }),
      says: 'perhaps "main"',
      at: ["h1/sentinel.conf:4"],
    },
    {
      about: "a file that lost its group",
      files: { "sentinel.conf": "port 26379\nsentinel failover-timeout main 10000\n" },
      says: "a sentinel monitor line of it",
    },
  ],
  passes: [
    {
      about: "a line whose group was forgotten, which is another finding",
      files: sentinelFiles({ count: 1, lines: ["sentinel failover-timeout 10000"] }),
    },
    {
      about: "a group that is a placeholder",
      files: {
        "sentinel.conf.j2":
          "sentinel monitor {{ name }} {{ primary }} 6379 2\nsentinel failover-timeout main 10000\n",
      },
    },
    {
      about: "a line that Sentinel does not know at all, which is another finding",
      files: sentinelFiles({ lines: ["sentinel data-dir /var/lib/sentinel"] }),
    },
  ],
});
