// CLI007 put to the test.
import { testRule } from "../rule.fixture.ts";
import { cli007 } from "./cli007.ts";

const sentinel = "sentinel monitor main 10.0.0.1 6379 2\nsentinel down-after-milliseconds main 5000\n";
const python = (retry: string): string =>
  [
    "from redis.sentinel import Sentinel",
    "from redis.retry import Retry",
    "from redis.backoff import ExponentialBackoff, ConstantBackoff, NoBackoff",
    `r = Sentinel([("s1", 1)]).master_for("main", retry=${retry})`,
  ].join("\n");

testRule(cli007, {
  finds: [
    {
      about: "exponential waits that add up to less",
      // 0.2 + 0.4 + 0.8 + 1 + 1 + 1
      files: { "sentinel.conf": sentinel, "a.py": python("Retry(ExponentialBackoff(1, 0.1), 6)") },
      at: ["a.py:4"],
      says: "4400 ms, and a failover of main takes some 7000 ms",
    },
    {
      about: "constant waits, and the group that the code names among several",
      files: {
        "sentinel.conf": `${sentinel}sentinel monitor other 10.0.1.1 6379 2\n`,
        "a.py": python("Retry(backoff=ConstantBackoff(1), retries=3)"),
      },
      says: "3000 ms",
    },
    {
      about: "node-redis, which sleeps a second before each try",
      files: {
        "sentinel.conf": sentinel,
        "a.ts":
          'import { createSentinel } from "redis";\n' +
          'const r = createSentinel({ name: "main", sentinelRootNodes: nodes, ' +
          "maxCommandRediscovers: 3 });\n",
      },
      says: "3000 ms",
    },
  ],
  passes: [
    {
      about: "waits that are long enough",
      files: { "sentinel.conf": sentinel, "a.py": python("Retry(ExponentialBackoff(1, 0.1), 12)") },
    },
    {
      about: "no retries, which leaves them to the application",
      files: { "sentinel.conf": sentinel, "a.py": python("Retry(NoBackoff(), 0)") },
    },
    {
      about: "a number of retries that cannot be seen",
      files: {
        "sentinel.conf": sentinel,
        "a.py": python("Retry(ConstantBackoff(1), settings.retries)"),
      },
    },
    {
      about: "code without a Sentinel's file",
      files: { "a.py": python("Retry(ConstantBackoff(1), 1)") },
    },
    {
      about: "another group than the one that is known",
      files: {
        "sentinel.conf": sentinel.replaceAll("main", "other"),
        "a.py": python("Retry(ConstantBackoff(1), 1)"),
      },
    },
  ],
});
