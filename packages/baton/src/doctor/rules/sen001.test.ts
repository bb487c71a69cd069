import { testRule } from "../rule.fixture.ts";
import { sentinelFiles } from "../rule-examples.ts";
import { liveSentinel } from "../sentinel-live.fixture.ts";
import { sen001 } from "./sen001.ts";

testRule(sen001, {
  finds: [
    {
      about: "it on every Sentinel",
      files: sentinelFiles({ quorum: 4 }),
      at: ["h1/sentinel.conf:3", "h2/sentinel.conf:3", "h3/sentinel.conf:3"],
      says: "and 3 Sentinels watch it; expected 2",
    },
    {
      about: "a running Sentinel that was told so",
      live: { sentinels: [liveSentinel({ primary: { quorum: "4" } })] },
      at: ["10.0.0.1:26379:0"],
    },
  ],
  passes: [
    { about: "a quorum that all of them together reach", files: sentinelFiles({ quorum: 3 }) },
    { about: "one file, beside which others may be", files: sentinelFiles({ count: 1, quorum: 5 }) },
    {
      about: "a placeholder",
      files: sentinelFiles({ monitor: "sentinel monitor main 10.0.0.1 6379 {{ quorum }}" }),
    },
  ],
});
