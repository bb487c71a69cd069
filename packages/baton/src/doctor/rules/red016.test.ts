// RED016 put to the test.
import { testRule } from "../rule.fixture.ts";
import { red016 } from "./red016.ts";

const conf = (lag: number): Readonly<Record<string, string>> => ({
  "redis.conf": `min-replicas-to-write 1\nmin-replicas-max-lag ${String(lag)}\n`,
});

testRule(red016, {
  finds: [
    {
      about: "more than may be lost",
      files: conf(10),
      policy: { rpoMs: 5000 },
      at: ["redis.conf:2"],
      says: "11 s",
    },
  ],
  passes: [
    { about: "as much as may be lost", files: conf(5), policy: { rpoMs: 5000 } },
    {
      about: "a 0 without any demand for replicas",
      files: { "redis.conf": "port 6379\nmin-replicas-max-lag 0\n" },
    },
  ],
});
