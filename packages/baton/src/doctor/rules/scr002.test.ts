import { testRule } from "../rule.fixture.ts";
import { scr002 } from "./scr002.ts";

const head = "#!/bin/sh\n# client-reconfig-script\n";

testRule(scr002, {
  passes: [
    {
      about: "a script that only wakes another process",
      files: { "reconfig.sh": `${head}systemctl kill -s USR1 baton\n` },
    },
    { about: "a script that only writes a log", files: { "reconfig.sh": `${head}logger "now $6"\n` } },
    {
      about: "a script that asks the node for its role",
      files: { "reconfig.sh": `${head}redis-cli -h "$6" -p "$7" role | grep -q master && lb "$6"\n` },
    },
  ],
});
