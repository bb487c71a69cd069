import { testRule } from "../rule.fixture.ts";
import { redisFiles, sentinelFiles } from "../rule-examples.ts";
import { sen009 } from "./sen009.ts";

testRule(sen009, {
  finds: [
    {
      about: "every address",
      files: sentinelFiles({ count: 1, monitor: "sentinel monitor main 0.0.0.0 6379 2" }),
      says: "every address",
    },
    {
      about: "the name of this machine",
      files: sentinelFiles({ count: 1, monitor: "sentinel monitor main localhost 6379 2" }),
    },
    {
      about: "a replica",
      files: { ...redisFiles(), ...sentinelFiles({ monitor: "sentinel monitor main 10.0.0.2 6379 2" }) },
      says: "a replica, by h2/redis.conf",
    },
  ],
  passes: [
    {
      about: "a laboratory on loopback addresses that it announces",
      files: {
        "a/sentinel.conf":
          "port 26379\nsentinel announce-ip 127.80.0.1\nsentinel monitor main 127.80.0.1 6379 2\n",
        "b/sentinel.conf":
          "port 26379\nsentinel announce-ip 127.80.0.2\nsentinel monitor main 127.80.0.1 6379 2\n",
      },
    },
    { about: "the primary", files: { ...redisFiles(), ...sentinelFiles() } },
  ],
});
