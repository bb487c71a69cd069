import { testRule } from "../rule.fixture.ts";
import { redisFiles, sentinelFiles } from "../rule-examples.ts";
import { sen046 } from "./sen046.ts";

testRule(sen046, {
  passes: [
    {
      about: "0, which switches it off",
      files: {
        ...redisFiles({ lines: ['save ""'] }),
        ...sentinelFiles({ lines: ["sentinel master-reboot-down-after-period main 0"] }),
      },
    },
    {
      about: "snapshots, which are the default",
      files: {
        ...redisFiles(),
        ...sentinelFiles({ lines: ["sentinel master-reboot-down-after-period main 1000"] }),
      },
    },
  ],
});
