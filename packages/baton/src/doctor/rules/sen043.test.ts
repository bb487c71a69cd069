import { testRule } from "../rule.fixture.ts";
import { redisFiles, sentinelFiles } from "../rule-examples.ts";
import { sen043 } from "./sen043.ts";

testRule(sen043, {
  finds: [
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
