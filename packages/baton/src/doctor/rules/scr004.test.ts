import { testRule } from "../rule.fixture.ts";
import { scr004 } from "./scr004.ts";

const head = "#!/bin/sh\n# client-reconfig-script\n";

testRule(scr004, {
  finds: [
    {
      about: "a long sleep",
      files: { "reconfig.sh": `${head}sleep 90\n` },
      at: ["reconfig.sh:3"],
      says: "90 s",
    },
    { about: "wget's own patience", files: { "reconfig.sh": `${head}wget -q http://lb/\n` } },
  ],
  passes: [
    { about: "joined options of curl", files: { "reconfig.sh": `${head}curl -fsSm 5 http://lb/\n` } },
    { about: "a limit from outside", files: { "reconfig.sh": `${head}timeout 20 curl http://lb/\n` } },
    { about: "a short sleep", files: { "reconfig.sh": `${head}sleep 2s\n` } },
    {
      about: "scripts that Sentinel does not start",
      files: { "backup.sh": "#!/bin/sh\ncurl http://x/\n" },
    },
  ],
});
