import { testRule } from "../rule.fixture.ts";
import { sentinelFiles } from "../rule-examples.ts";
import { sen010 } from "./sen010.ts";

testRule(sen010, {
  finds: [
    { about: "localhost", files: sentinelFiles({ monitor: "sentinel monitor main localhost 6379 2" }) },
    {
      about: "a Redis of a version without names",
      files: {
        "sentinel.conf":
          "# Redis 6.0.16\nsentinel resolve-hostnames yes\nsentinel monitor main redis-1 6379 2\n",
      },
      says: "looks up once, when it starts",
      severity: "warning",
    },
  ],
  passes: [
    { about: "IPv6", files: sentinelFiles({ monitor: "sentinel monitor main fd00::1 6379 2" }) },
    {
      about: "a placeholder",
      files: sentinelFiles({ monitor: "sentinel monitor main {{ primary }} 6379 2" }),
    },
    {
      about: "a setting that is a placeholder",
      files: sentinelFiles({
        monitor: "sentinel resolve-hostnames {{ names }}\nsentinel monitor main redis-1 6379 2",
      }),
    },
    {
      about: "the setting below the name",
      files: sentinelFiles({
        monitor: "sentinel monitor main redis-1 6379 2\nsentinel resolve-hostnames yes",
      }),
    },
  ],
});
