import { testRule } from "../rule.fixture.ts";
import { redisFiles, sentinelFiles } from "../rule-examples.ts";
import { liveSentinel } from "../sentinel-live.fixture.ts";
import { sen027 } from "./sen027.ts";

testRule(sen027, {
  finds: [
    {
      about: "a template for the replicas of an inventory",
      files: {
        "hosts.ini": "[primary]\nr1\n[replicas]\nr2\nr3\n",
        "templates/sentinel.conf.j2":
          "sentinel monitor main {{ primary }} 6379 2\nsentinel parallel-syncs main 5\n",
      },
      at: ["templates/sentinel.conf.j2:2"],
      says: "is 5, of 2 replicas",
    },
    {
      about: "all of the replicas that were shown",
      files: { ...redisFiles(), ...sentinelFiles({ lines: ["sentinel parallel-syncs main 2"] }) },
      says: "is 2, of 2 replicas",
    },
    {
      about: "a running Sentinel",
      live: { sentinels: [liveSentinel({ primary: { "parallel-syncs": "3" } })] },
    },
  ],
  passes: [
    {
      about: "one replica",
      files: {
        ...redisFiles({ count: 2 }),
        ...sentinelFiles({ lines: ["sentinel parallel-syncs main 1"] }),
      },
    },
    {
      about: "fewer than all",
      files: {
        ...redisFiles({ count: 4 }),
        ...sentinelFiles({ lines: ["sentinel parallel-syncs main 2"] }),
      },
    },
    {
      about: "replicas that were not shown",
      files: sentinelFiles({ lines: ["sentinel parallel-syncs main 2"] }),
    },
  ],
});
