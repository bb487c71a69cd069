// CLI002: methods, classes and arguments that the library does not have.
import { mistakesIn } from "../client-mistakes.ts";
import type { Rule } from "../rule.ts";

export const cli002: Rule = {
  id: "CLI002",
  title: "an API that the client library does not have",
  severity: "error",
  why:
    "Published examples use Sentinel functions that were never there. They fail at the " +
    "first call, or worse: Perl and " +
    "node-redis ignore the arguments and connect to 127.0.0.1:6379.",
  fix: "Use what the library has: each finding names it.",
  evidence:
    "Verified on redis-py 4.3.4, phpredis 5.3.7 and 6.1, Redis.pm 2.000, ioredis 6.0, " +
    "node-redis 6.3 and the headers of " +
    "redis-plus-plus 1.3; three of five published recipes have one.",
  sees: ["static"],
  bad: {
    about: "phpredis has no such method.",
    files: {
      "app/redis.php":
        "<?php\n$redis = new Redis();\n$redis->connectSentinel(['tcp://10.0.0.1:26379'], 'main');\n",
    },
  },
  good: {
    about: "RedisSentinel is the class that asks.",
    files: {
      "app/redis.php":
        "<?php\n$sentinel = new RedisSentinel(['host' => '10.0.0.1', 'port' => 26379]);\n" +
        "$address = $sentinel->getMasterAddrByName('main');\n",
    },
  },
  *check(facts) {
    for (const { program } of facts.clients) yield* mistakesIn(program);
  },
};
