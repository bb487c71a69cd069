import { testRule } from "../rule.fixture.ts";
import { sentinelFiles } from "../rule-examples.ts";
import { liveSentinel } from "../sentinel-live.fixture.ts";
import { sen003 } from "./sen003.ts";

testRule(sen003, {
  finds: [
    {
      about: "a quorum at which Sentinel does not even start",
      files: sentinelFiles({ count: 1, quorum: 0 }),
      says: "is 0, at which Sentinel does not start; expected 2 or more",
    },
    {
      about: "one file alone, too",
      files: sentinelFiles({ count: 1, quorum: 1 }),
      says: "expected 2 or more",
    },
    {
      about: "a running Sentinel",
      live: { sentinels: [liveSentinel({ primary: { quorum: "1" } })] },
      says: "expected 2",
    },
  ],
  passes: [{ about: "a running Sentinel with 2", live: { sentinels: [liveSentinel()] } }],
});
