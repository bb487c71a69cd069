import { testRule } from "../rule.fixture.ts";
import { liveSentinel } from "../sentinel-live.fixture.ts";
import { sen004 } from "./sen004.ts";

testRule(sen004, {
  finds: [
    {
      about: "a running Sentinel that knows of one other",
      live: { sentinels: [liveSentinel({ primary: { "num-other-sentinels": "1" } })] },
      says: "2 Sentinels watch",
    },
    {
      about: "a running Sentinel that is alone",
      live: { sentinels: [liveSentinel({ primary: { "num-other-sentinels": "0" } })] },
      says: "1 Sentinel watches",
    },
  ],
  passes: [
    {
      about: "one file of one host",
      files: { "sentinel.conf": "sentinel monitor main 10.0.0.1 6379 2\n" },
    },
    { about: "three that run", live: { sentinels: [liveSentinel()] } },
  ],
});
