import { testRule } from "../rule.fixture.ts";
import { sentinelFiles } from "../rule-examples.ts";
import { sen022 } from "./sen022.ts";

testRule(sen022, {
  finds: [
    {
      about: "a slip, and corrects it",
      files: sentinelFiles({ count: 1, lines: ["sentinel down-after-miliseconds main 5000"] }),
      edits: ["down-after-milliseconds"],
    },
    {
      about: "a word that may mean two things, and leaves it to people",
      files: sentinelFiles({ count: 1, lines: ["sentinel announce-host redis-1"] }),
      edits: [],
    },
    {
      about: "a line whose group is missing, too, and leaves it to people",
      files: sentinelFiles({ count: 1, lines: ["auth-pass tulip", "sentinel requirepass crocus"] }),
      edits: [],
    },
    {
      about: "a directive that never was",
      files: sentinelFiles({ count: 1, lines: ["sentinel data-dir /var/lib/sentinel"] }),
      says: '"data-dir"',
      at: ["h1/sentinel.conf:4"],
    },
    {
      about: "one of another age",
      files: sentinelFiles({ count: 1, lines: ["sentinel can-failover main yes"] }),
    },
    {
      about: "a slip, and what was meant",
      files: sentinelFiles({ count: 1, lines: ["sentinel down-after-miliseconds main 5000"] }),
      says: "expected sentinel down-after-milliseconds",
    },
    {
      about: "a line without the word sentinel",
      files: sentinelFiles({ count: 1, lines: ["down-after-milliseconds main 5000"] }),
      says: "expected sentinel down-after-milliseconds",
    },
    {
      about: "what the version does not know yet",
      files: {
        "sentinel.conf":
          "# Redis 6.2.6\nsentinel monitor main 10.0.0.1 6379 2\nsentinel " +
          "master-reboot-down-after-period main 0\n",
      },
      says: "from Redis 7.0 on",
    },
    {
      about: "a word of Valkey for Redis",
      files: {
        "sentinel.conf":
          "# Redis 7.0.15\nsentinel monitor main 10.0.0.1 6379 2\nsentinel " +
          "primary-reboot-down-after-period main 0\n",
      },
      says: "Valkey 8.0",
    },
  ],
  passes: [
    {
      about: "settings of Redis itself",
      files: sentinelFiles({
        lines: ["maxclients 1000", "logfile /var/log/sentinel.log", "tls-port 26380"],
      }),
    },
    {
      about: "a word of Valkey in Valkey",
      files: {
        "sentinel.conf":
          "# Valkey 8.1\nsentinel monitor main 10.0.0.1 6379 2\nsentinel " +
          "primary-reboot-down-after-period main 0\n",
      },
    },
    {
      about: "a line that is a placeholder",
      files: {
        "sentinel.conf.j2": "sentinel monitor main {{ primary }} 6379 2\nsentinel {{ option }} main 5\n",
      },
    },
  ],
});
