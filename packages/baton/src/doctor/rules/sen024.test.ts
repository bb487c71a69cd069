import { testRule } from "../rule.fixture.ts";
import { sentinelFiles } from "../rule-examples.ts";
import { liveSentinel } from "../sentinel-live.fixture.ts";
import { sen024 } from "./sen024.ts";

testRule(sen024, {
  finds: [
    {
      about: "a unit, of which Sentinel reads the number alone",
      files: sentinelFiles({ count: 1, lines: ["sentinel failover-timeout main 10s"] }),
      says: '"10s", which Sentinel reads as 10 ms',
      edits: ["10000"],
    },
    {
      about: "the number just below",
      files: sentinelFiles({ count: 1, lines: ["sentinel failover-timeout main 2999"] }),
    },
    {
      about: "a running Sentinel",
      live: { sentinels: [liveSentinel({ primary: { "failover-timeout": "1000" } })] },
    },
  ],
  passes: [
    { about: "three seconds", files: sentinelFiles({ lines: ["sentinel failover-timeout main 3000"] }) },
    {
      about: "a last line that is long enough",
      files: sentinelFiles({
        lines: ["sentinel failover-timeout main 500", "sentinel failover-timeout main 10000"],
      }),
    },
  ],
});
