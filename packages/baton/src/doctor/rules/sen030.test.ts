import { testRule } from "../rule.fixture.ts";
import { sentinelFiles } from "../rule-examples.ts";
import { liveSentinel } from "../sentinel-live.fixture.ts";
import { sen030 } from "./sen030.ts";

testRule(sen030, {
  finds: [
    {
      about: "an objective that no failover keeps",
      policy: { rtoMs: 1000 },
      files: sentinelFiles({ count: 1, lines: ["sentinel down-after-milliseconds main 5000"] }),
      says: "an rto of 1000 ms, which is shorter than any failover; expected",
    },
    {
      about: "a default that the running Sentinel confirms",
      files: sentinelFiles({ count: 1 }),
      live: { sentinels: [liveSentinel({ primary: { "down-after-milliseconds": "30000" } })] },
      says: "is 30000 by default",
    },
    {
      about: "what breaks the objective",
      policy: { rtoMs: 10_000 },
      files: sentinelFiles({ count: 1, lines: ["sentinel down-after-milliseconds main 9000"] }),
      says: "for an rto of 10000 ms; expected 8800 or less",
    },
    { about: "a running Sentinel", policy: { rtoMs: 5000 }, live: { sentinels: [liveSentinel()] } },
  ],
  passes: [
    {
      about: "what just fits the objective",
      policy: { rtoMs: 10_000 },
      files: sentinelFiles({ lines: ["sentinel down-after-milliseconds main 8800"] }),
    },
    {
      about: "the default, where the objective allows it",
      policy: { rtoMs: 60_000 },
      files: sentinelFiles(),
    },
    {
      about: "a template with a block that may say it",
      files: {
        "sentinel.conf.j2":
          "sentinel monitor main {{ primary }} 6379 2\n{% if short %}\nsentinel " +
          "down-after-milliseconds main 5000\n{% endif %}\n",
      },
    },
  ],
});
