import { testRule } from "../rule.fixture.ts";
import { liveSentinel } from "../sentinel-live.fixture.ts";
import { sen028 } from "./sen028.ts";

testRule(sen028, {
  finds: [
    {
      about: "a running Sentinel",
      live: { sentinels: [liveSentinel({ primary: { "parallel-syncs": "0" } })] },
    },
  ],
  passes: [
    { about: "the default", files: { "sentinel.conf": "sentinel monitor main 10.0.0.1 6379 2\n" } },
  ],
});
