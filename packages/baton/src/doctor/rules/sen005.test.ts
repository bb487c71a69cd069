import { testRule } from "../rule.fixture.ts";
import { sentinelFiles } from "../rule-examples.ts";
import { liveSentinel } from "../sentinel-live.fixture.ts";
import { sen005 } from "./sen005.ts";

testRule(sen005, {
  finds: [
    {
      about: "six that run",
      live: { sentinels: [liveSentinel({ primary: { "num-other-sentinels": "5" } })] },
      says: "survive the loss of 2, as 5 would",
    },
  ],
  passes: [
    { about: "two, which are too few", files: sentinelFiles({ count: 2 }) },
    { about: "three", files: sentinelFiles() },
  ],
});
