import { testRule } from "../rule.fixture.ts";
import { scr008 } from "./scr008.ts";

const head = "#!/bin/sh\n# client-reconfig-script\n";

testRule(scr008, {
  finds: [
    {
      about: "a port that is glued to the address",
      files: { "reconfig.sh": `${head}lb-tool move "$6:6379"\n` },
      at: ["reconfig.sh:3"],
    },
  ],
  passes: [
    {
      about: "a script that asks a node on its usual port",
      files: { "reconfig.sh": `${head}redis-cli -h "$6" -p 6379 role && lb "$6"\n` },
    },
    { about: "a script without the address", files: { "reconfig.sh": `${head}lb-tool reload 6379\n` } },
  ],
});
