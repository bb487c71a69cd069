import { testRule } from "../rule.fixture.ts";
import { redisFiles, sentinelFiles } from "../rule-examples.ts";
import { sen043 } from "./sen043.ts";

testRule(sen043, {
  finds: [
    {
      about: "nodes that take TLS and replicate without it",
      files: {
        ...redisFiles({ lines: ["tls-port 6380"] }),
        ...sentinelFiles({
          monitor: "sentinel monitor main 10.0.0.1 6380 2",
          lines: ["tls-port 26380", "tls-replication yes"],
        }),
      },
      says: "h1/redis.conf has tls-replication no, while Sentinel has it on",
    },
    {
      about: "nodes that replicate with TLS under Sentinels that know none",
      files: {
        ...redisFiles({ lines: ["tls-port 6380", "tls-replication yes"] }),
        ...sentinelFiles({ count: 1 }),
      },
      says: "h1/redis.conf has tls-replication yes, while Sentinel has it off",
    },
    {
      about: "a forgotten Sentinel of two groups once",
      files: Object.fromEntries(
        [1, 2, 3].map((number) => [
          `h${number}/sentinel.conf`,
          `port 26379\nbind 10.0.0.${number}\n` +
            (number === 3 ? "" : "tls-port 26380\ntls-replication yes\n") +
            "sentinel monitor one 10.0.0.1 6379 2\nsentinel monitor two 10.0.0.2 6379 2\n",
        ]),
      ),
      at: ["h3/sentinel.conf:1"],
    },
    {
      about: "Redis with TLS only",
      files: { ...redisFiles({ lines: ["port 0", "tls-port 6379"] }), ...sentinelFiles() },
      says: "speaks TLS only, and Sentinel does not",
    },
    {
      about: "Redis without TLS",
      files: { ...redisFiles(), ...sentinelFiles({ lines: ["tls-port 26380", "tls-replication yes"] }) },
      says: "has no tls-port",
    },
    {
      about: "one Sentinel that was forgotten",
      files: sentinelFiles({
        linesOf: {
          1: ["tls-port 26380", "tls-replication yes"],
          2: ["tls-port 26380", "tls-replication yes"],
        },
      }),
      says: "without tls-replication, and 2 other Sentinels with it",
    },
    {
      about: "a Sentinel whose peers find no TLS",
      files: {
        "sentinel.conf": "port 26379\ntls-replication yes\nsentinel monitor main 10.0.0.1 6379 2\n",
      },
      at: ["sentinel.conf:2"],
    },
  ],
  passes: [
    { about: "no TLS at all", files: { ...redisFiles(), ...sentinelFiles() } },
    {
      about: "TLS for clients beside plain replication",
      files: { ...redisFiles({ lines: ["tls-port 6380"] }), ...sentinelFiles() },
    },
  ],
});
