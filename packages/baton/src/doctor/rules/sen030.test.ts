import { testRule } from "../rule.fixture.ts";
import { sentinelFiles } from "../rule-examples.ts";
import { liveSentinel } from "../sentinel-live.fixture.ts";
import { sen030 } from "./sen030.ts";

testRule(sen030, {
  finds: [
    {
      about: "what breaks the objective",
      policy: { rtoMs: 10_000 },
      files: sentinelFiles({ count: 1, lines: ["sentinel down-after-milliseconds main 9000"] }),
      says: "8800 or less for an rto of 10000 ms",
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
