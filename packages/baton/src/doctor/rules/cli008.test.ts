// CLI008 put to the test.
import { testRule } from "../rule.fixture.ts";
import { cli008 } from "./cli008.ts";

const python = (retries: number): string =>
  [
    "import redis",
    "from redis.retry import Retry",
    "from redis.backoff import ConstantBackoff",
    `r = redis.Redis("cache", retry=Retry(ConstantBackoff(1), ${String(retries)}))`,
    "r.lpush('jobs', 1)",
  ].join("\n");

testRule(cli008, {
  finds: [
    {
      about: "redis-py with Retry",
      files: { "a.py": python(3) },
      at: ["a.py:4"],
      says: "lpush on line 5",
    },
    {
      about: "ioredis that is told to send unanswered commands again",
      files: {
        "a.ts":
          'import Redis from "ioredis";\n' +
          "const r = new Redis({ autoResendUnfulfilledCommands: true });\n" +
          'await r.xadd("log", "*", "a", 1);\n',
      },
      at: ["a.ts:2"],
    },
  ],
  passes: [
    { about: "a Retry that repeats nothing", files: { "a.py": python(0) } },
    {
      about: "ioredis that is told not to",
      files: {
        "a.ts":
          'import Redis from "ioredis";\n' +
          'const r = new Redis({ autoResendUnfulfilledCommands: false });\nawait r.incr("a");\n',
      },
    },
    {
      about: "the same method on another object",
      files: { "a.pl": "use Redis;\nmy $r = Redis->new(reconnect => 60);\n$counter->incr('a');\n" },
    },
  ],
});
