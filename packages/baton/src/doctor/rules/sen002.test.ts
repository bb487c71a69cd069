import { testRule } from "../rule.fixture.ts";
import { sentinelFiles } from "../rule-examples.ts";
import { liveSentinel } from "../sentinel-live.fixture.ts";
import { sen002 } from "./sen002.ts";

testRule(sen002, {
  finds: [
    {
      about: "five of five",
      files: sentinelFiles({ count: 5, quorum: 5 }),
      says: "is 5 of 5 Sentinels",
    },
    {
      about: "a running Sentinel that counts two others",
      live: { sentinels: [liveSentinel({ primary: { quorum: "3" } })] },
    },
    {
      about: "a template for the three hosts of an inventory",
      files: {
        "inventory.ini": "[redis_sentinels]\nn1\nn2\nn3\n",
        "templates/sentinel.conf.j2": "port 26379\nsentinel monitor main {{ primary }} 6379 3\n",
      },
      at: ["templates/sentinel.conf.j2:2"],
    },
  ],
  passes: [
    {
      about: "two of two, which are too few in any case",
      files: sentinelFiles({ count: 2, quorum: 2 }),
    },
    {
      about: "three files of which one names a fourth Sentinel nobody showed",
      files: sentinelFiles({
        quorum: 3,
        lines: ["sentinel known-sentinel main 10.0.0.9 26379 0909090909090909090909090909090909090909"],
      }),
    },
  ],
});
