import { testRule } from "../rule.fixture.ts";
import { redisFiles, sentinelFiles } from "../rule-examples.ts";
import { sen039 } from "./sen039.ts";

testRule(sen039, {
  finds: [
    {
      about: "two nodes with one name that Sentinel lacks, once",
      files: {
        "h1/valkey.conf": "port 6379\nbind 10.0.0.1\nrename-command CONFIG tulip\n",
        "h2/valkey.conf":
          "port 6379\nbind 10.0.0.2\nreplicaof 10.0.0.1 6379\nrename-command CONFIG tulip\n",
        ...sentinelFiles({ count: 1 }),
      },
      at: ["h1/sentinel.conf:3"],
    },
    {
      about: "a name that one node has otherwise",
      files: {
        ...redisFiles({
          linesOf: {
            1: ["rename-command CONFIG tulip"],
            2: ["rename-command CONFIG tulip"],
            3: ["rename-command CONFIG crocus"],
          },
        }),
        ...sentinelFiles({ count: 1, lines: ["sentinel rename-command main CONFIG tulip"] }),
      },
      at: ["h1/sentinel.conf:4"],
      says: "than h3/redis.conf",
    },
    {
      about: "a name that Redis does not have",
      files: {
        ...redisFiles(),
        ...sentinelFiles({ count: 1, lines: ["sentinel rename-command main CONFIG tulip"] }),
      },
      at: ["h1/sentinel.conf:4"],
    },
    {
      about: "a Sentinel that was not told",
      files: {
        ...redisFiles({ lines: ["rename-command CONFIG tulip"] }),
        ...sentinelFiles({
          linesOf: {
            1: ["sentinel rename-command main CONFIG tulip"],
            2: ["sentinel rename-command main CONFIG tulip"],
          },
        }),
      },
      at: ["h3/sentinel.conf:3"],
    },
  ],
  passes: [
    {
      about: "a command that Sentinel never sends",
      files: { ...redisFiles({ lines: ["rename-command KEYS tulip"] }), ...sentinelFiles() },
    },
    {
      about: "a placeholder",
      files: {
        ...redisFiles({ lines: ["rename-command CONFIG {{ config_name }}"] }),
        ...sentinelFiles(),
      },
    },
  ],
});
