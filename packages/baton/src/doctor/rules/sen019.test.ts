import { clusterWith } from "../live/live.fixture.ts";
import { testRule } from "../rule.fixture.ts";
import { redisFiles, sentinelFiles } from "../rule-examples.ts";
import { sen019 } from "./sen019.ts";

testRule(sen019, {
  finds: [
    {
      about: "a running Sentinel that a node answers with a refusal",
      live: clusterWith({
        sentinels: {
          2: {
            primary: {
              flags: "s_down,master,disconnected",
              "last-ping-reply": "841",
              "last-ok-ping-reply": "5906",
            },
          },
        },
      }),
      at: ["10.0.0.2:26379:0"],
      says: "10.0.0.1:6379 answers this Sentinel, but has accepted no PING for 6 s, and asks for a password",
    },
    {
      about: "another password",
      files: {
        ...redisFiles({ lines: ["requirepass tulip"] }),
        ...sentinelFiles({ lines: ["sentinel auth-pass main crocus"] }),
      },
      says: "does not accept this password",
      at: ["h1/sentinel.conf:4", "h2/sentinel.conf:4", "h3/sentinel.conf:4"],
    },
    {
      about: "an ACL user that is off",
      files: {
        ...redisFiles({ lines: ["user watcher off >tulip +@all"] }),
        ...sentinelFiles({
          lines: ["sentinel auth-user main watcher", "sentinel auth-pass main tulip"],
        }),
      },
      says: 'for the user "watcher"',
    },
    {
      about: "one replica whose password was changed",
      files: {
        ...redisFiles({
          linesOf: { 1: ["requirepass tulip"], 2: ["requirepass tulip"], 3: ["requirepass crocus"] },
        }),
        ...sentinelFiles({ lines: ["sentinel auth-pass main tulip"] }),
      },
      says: "h3/redis.conf does not accept",
    },
  ],
  passes: [
    {
      about: "a node that is dead",
      live: clusterWith({
        sentinels: {
          2: {
            primary: {
              flags: "s_down,master,disconnected",
              "last-ping-reply": "5906",
              "last-ok-ping-reply": "5906",
            },
          },
        },
      }),
    },
    {
      about: "a node that refuses everybody, as its last snapshot failed",
      live: clusterWith({
        nodes: { 1: { info: { rdb_last_bgsave_status: "err" } } },
        sentinels: {
          2: {
            primary: { flags: "s_down,master", "last-ping-reply": "841", "last-ok-ping-reply": "5906" },
          },
        },
      }),
    },
    { about: "no password anywhere", files: { ...redisFiles(), ...sentinelFiles() } },
    {
      about: "an ACL user by the hash of its password",
      files: {
        ...redisFiles({
          lines: [
            "user watcher on #6a6b46521e000c1084dc8f9c1f32876a965302fd0008a1cf54cd75ec15b7cb93 +@all",
          ],
        }),
        ...sentinelFiles({
          lines: ["sentinel auth-user main watcher", "sentinel auth-pass main tulip"],
        }),
      },
    },
    {
      about: "placeholders",
      files: {
        ...redisFiles({ lines: ["requirepass {{ password }}"] }),
        ...sentinelFiles({ lines: ["sentinel auth-pass main {{ password }}"] }),
      },
    },
    { about: "Sentinels whose nodes were not shown", files: sentinelFiles() },
  ],
});
