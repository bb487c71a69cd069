import { testRule } from "../rule.fixture.ts";
import { redisFiles, sentinelFiles } from "../rule-examples.ts";
import { sen023 } from "./sen023.ts";

testRule(sen023, {
  finds: [
    {
      about: "a line of Sentinel with a word too few, and one with a word too many",
      files: sentinelFiles({
        count: 1,
        lines: ["sentinel auth-pass main", "sentinel failover-timeout main 10000 ms"],
      }),
      at: ["h1/sentinel.conf:4", "h1/sentinel.conf:5"],
      says: "sentinel auth-pass takes 2 words, and has 1",
    },
    {
      about: "a group that is monitored twice",
      files: sentinelFiles({ count: 1, lines: ["sentinel monitor main 10.0.0.2 6379 2"] }),
      at: ["h1/sentinel.conf:4"],
      says: "monitors main a second time",
    },
    {
      about: "quotes that nobody closes, without what stands in them",
      files: { "redis.conf": 'port 6379\nrequirepass "tulip-secret\n' },
      at: ["redis.conf:2"],
      says: "has quotes that are not closed",
    },
    {
      about: "a comment in an ACL file, which takes none",
      files: {
        "redis.conf": "port 6379\naclfile users.acl\n",
        "users.acl": "# the application\nuser app on nopass +@all\n",
      },
      at: ["users.acl:1"],
    },
    {
      about: "comments in redis.conf",
      files: {
        "redis.conf":
          "bind 10.0.0.1 # private\nport 6379 # default\nreplicaof 10.0.0.2 6379 # first\nsave 900 " +
          "1 # often\ndir /var/lib/redis #data\n",
      },
      at: ["redis.conf:1", "redis.conf:2", "redis.conf:3", "redis.conf:4", "redis.conf:5"],
    },
    {
      about: "a whole file in one line",
      files: {
        "sentinel.conf":
          "sentinel monitor main 10.0.0.1 6379 2 sentinel down-after-milliseconds main 5000\n",
      },
      says: 'A second directive, "sentinel"',
    },
    {
      about: "two directives of Redis",
      files: { "redis.conf": "bind 10.0.0.1 port 6379\nprotected-mode no requirepass tulip\n" },
      at: ["redis.conf:1", "redis.conf:2"],
    },
    {
      about: "a comment behind a user",
      files: { "redis.conf": "port 6379\nuser app on >tulip +@all # the application\n" },
      at: ["redis.conf:2"],
    },
  ],
  passes: [
    {
      about: "a Sentinel that is known with its id and without it",
      files: sentinelFiles({ count: 1, lines: ["sentinel known-sentinel main 10.0.0.9 26379"] }),
    },
    {
      about: "a placeholder that may be several words",
      files: {
        "sentinel.conf.j2":
          "sentinel monitor {{ monitored }}\nsentinel down-after-milliseconds {{ group_and_ms }}\n",
      },
    },
    {
      about: "passwords that begin with #",
      files: {
        ...redisFiles({ lines: ["requirepass #tulip", 'masterauth "#tulip"'] }),
        ...sentinelFiles({ lines: ["sentinel auth-pass main #tulip"] }),
      },
    },
    {
      about: "the hash of a password",
      files: redisFiles({ lines: [`user app on #${"0a".repeat(32)} +@all`] }),
    },
    {
      about: "lists",
      files: redisFiles({
        lines: [
          "bind 127.0.0.1 10.0.0.1",
          "save 3600 1 300 100",
          "client-output-buffer-limit pubsub 32mb 8mb 60",
        ],
      }),
    },
    {
      about: "quotes with blanks in them",
      files: redisFiles({ lines: ['requirepass "tulip port 6379 # x"'] }),
    },
  ],
});
