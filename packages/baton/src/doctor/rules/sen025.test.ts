import { testRule } from "../rule.fixture.ts";
import { sentinelFiles } from "../rule-examples.ts";
import { liveSentinel } from "../sentinel-live.fixture.ts";
import { sen025 } from "./sen025.ts";

testRule(sen025, {
  finds: [
    {
      about: "a default that the running Sentinel confirms",
      files: sentinelFiles({ count: 1 }),
      live: { sentinels: [liveSentinel({ primary: { "failover-timeout": "180000" } })] },
      says: "is left at 180000",
    },
    {
      about: "what breaks the objective",
      policy: { rtoMs: 15_000 },
      files: sentinelFiles({
        lines: ["sentinel down-after-milliseconds main 5000", "sentinel failover-timeout main 60000"],
      }),
      says: "ends after 126500 ms, for an rto of 15000 ms; expected 10000",
    },
    {
      about: "a running Sentinel",
      policy: { rtoMs: 15_000 },
      live: { sentinels: [liveSentinel({ primary: { "failover-timeout": "180000" } })] },
    },
  ],
  passes: [
    {
      about: "a default that was changed at run time",
      files: sentinelFiles({ count: 1 }),
      live: { sentinels: [liveSentinel()] },
    },
    {
      about: "as short as is safe, for an objective that is about the first attempt",
      policy: { rtoMs: 10_000 },
      files: sentinelFiles({
        lines: ["sentinel down-after-milliseconds main 8800", "sentinel failover-timeout main 17600"],
      }),
    },
    {
      about: "three minutes that somebody wrote, without an objective",
      files: sentinelFiles({ lines: ["sentinel failover-timeout main 180000"] }),
    },
  ],
});
