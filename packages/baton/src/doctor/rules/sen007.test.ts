import { testRule } from "../rule.fixture.ts";
import { redisFiles, sentinelFiles } from "../rule-examples.ts";
import { liveSentinel } from "../sentinel-live.fixture.ts";
import { sen007 } from "./sen007.ts";

testRule(sen007, {
  finds: [
    {
      about: "a default, and says that it is one",
      files: sentinelFiles({ linesOf: { 3: ["sentinel failover-timeout main 10000"] } }),
      says: "is 10000 here and 180000 (the default) in h1/sentinel.conf:3;",
    },
    {
      about: "a script at another place",
      files: sentinelFiles({
        linesOf: {
          1: ["sentinel client-reconfig-script main /opt/move"],
          2: ["sentinel client-reconfig-script main /opt/move"],
          3: ["sentinel client-reconfig-script main /opt/old/move"],
        },
      }),
      at: ["h3/sentinel.conf:4"],
      severity: "warning",
    },
    {
      about: "a process beside another one, without a line number for it",
      live: {
        sentinels: [
          liveSentinel(),
          liveSentinel({ number: 2, primary: { "failover-timeout": "9000" } }),
        ],
      },
      says: "10000 in 10.0.0.1:26379;",
    },
    {
      about: "the one that differs",
      files: sentinelFiles({ linesOf: { 2: ["sentinel failover-timeout main 60000"] } }),
      at: ["h2/sentinel.conf:4"],
      severity: "warning",
    },
    {
      about: "one without the password of the others",
      files: sentinelFiles({
        linesOf: { 1: ["sentinel auth-pass main tulip"], 2: ["sentinel auth-pass main tulip"] },
      }),
      at: ["h3/sentinel.conf:3"],
      says: "is missing here",
      severity: "error",
    },
    {
      about: "another password, without telling it",
      files: sentinelFiles({
        linesOf: {
          1: ["sentinel auth-pass main tulip"],
          2: ["sentinel auth-pass main tulip"],
          3: ["sentinel auth-pass main crocus"],
        },
      }),
      at: ["h3/sentinel.conf:4"],
      severity: "error",
    },
    {
      about: "running Sentinels that were set one by one",
      live: {
        sentinels: [
          liveSentinel(),
          liveSentinel({ number: 2 }),
          liveSentinel({ number: 3, primary: { quorum: "3" } }),
        ],
      },
      at: ["10.0.0.3:26379:0"],
      says: "quorum",
    },
  ],
  passes: [
    {
      about: "a user for each Sentinel, whom every node lets in",
      files: {
        ...redisFiles({
          lines: ["user one on >tulip &* +@all", "user two on >crocus &* +@all"],
        }),
        ...sentinelFiles({
          count: 2,
          linesOf: {
            1: ["sentinel auth-user main one", "sentinel auth-pass main tulip"],
            2: ["sentinel auth-user main two", "sentinel auth-pass main crocus"],
          },
        }),
      },
    },
    {
      about: "a script that only one of them has, which is another finding",
      files: sentinelFiles({ linesOf: { 1: ["sentinel client-reconfig-script main /opt/move"] } }),
    },
    {
      about: "an old value above the one that counts",
      files: sentinelFiles({
        lines: ["sentinel down-after-milliseconds main 5000"],
        linesOf: { 1: ["sentinel failover-timeout main 9000", "sentinel failover-timeout main 180000"] },
      }),
    },
    {
      about: "a placeholder beside a value",
      files: sentinelFiles({
        linesOf: {
          1: ["sentinel failover-timeout main {{ timeout }}"],
          2: ["sentinel failover-timeout main 10000"],
          3: ["sentinel failover-timeout main 10000"],
        },
      }),
    },
  ],
});
