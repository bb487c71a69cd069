import { testRule } from "../rule.fixture.ts";
import { identity, sentinelFiles } from "../rule-examples.ts";
import { sen016 } from "./sen016.ts";

testRule(sen016, {
  finds: [
    {
      about: "how many such lines there are",
      files: {
        "roles/redis/templates/sentinel.conf.j2": [
          "sentinel monitor main {{ primary }} 6379 2",
          "sentinel known-replica main 10.0.0.2 6379",
          `sentinel known-sentinel main 10.0.0.2 26379 ${identity(2)}`,
          "sentinel current-epoch 7",
        ].join("\n"),
      },
      at: ["roles/redis/templates/sentinel.conf.j2:2"],
      says: "the first of 3",
    },
  ],
  passes: [
    {
      about: "the file of a running Sentinel",
      files: sentinelFiles({ lines: [`sentinel myid ${identity(1)}`, "sentinel current-epoch 3"] }),
    },
    {
      about: "an id that each host has of its own",
      files: {
        "templates/sentinel.conf.j2":
          "sentinel myid {{ sentinel_id }}\nsentinel monitor main {{ primary }} 6379 2\n",
      },
    },
  ],
});
