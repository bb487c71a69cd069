import { testRule } from "../rule.fixture.ts";
import { scr009 } from "./scr009.ts";

const head = "#!/bin/sh\n# client-reconfig-script\n";

testRule(scr009, {
  finds: [
    {
      about: "a password for redis-cli",
      files: { "reconfig.sh": `${head}redis-cli -h "$6" -a hunter2hunter2 role\n` },
      at: ["reconfig.sh:3"],
      says: "command line",
    },
  ],
  passes: [
    {
      about: "a password from a variable",
      files: { "reconfig.sh": `${head}redis-cli -a "$PASS" role\n` },
    },
    {
      about: "a secret that a program gives",
      files: { "reconfig.sh": `${head}TOKEN=$(cat /run/token)\n` },
    },
    { about: "an empty default", files: { "reconfig.sh": `${head}PASSWORD=""\n` } },
  ],
});
