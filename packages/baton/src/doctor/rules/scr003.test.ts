import { testRule } from "../rule.fixture.ts";
import { scr003 } from "./scr003.ts";

const head = "#!/bin/sh\n# client-reconfig-script\n";

testRule(scr003, {
  finds: [
    {
      about: "a script by its name, which speaks of Redis",
      files: {
        "redis-reconfig.sh": "#!/bin/sh\ncurl -fsS -m 5 http://lb.internal/$6 || true\nexit 0\n",
      },
    },
    {
      about: "a failure that is shrugged off in a strict script",
      files: { "reconfig.sh": `${head}set -e\ncurl -m 5 "http://lb/$6" || true\n` },
      at: ["reconfig.sh:4"],
    },
    {
      about: "a message as the last command",
      files: { "reconfig.sh": `${head}curl -m 5 "http://lb/$6"\necho done\n` },
      at: ["reconfig.sh:4"],
    },
  ],
  passes: [
    {
      about: "a script of other software that reconfigures something",
      files: {
        "reconfig.sh": "#!/bin/sh\ncurl -fsS -m 5 http://proxy.internal/reload || true\nexit 0\n",
        "reconfigure-redis.sh": "#!/bin/sh\ndpkg-reconfigure redis || true\nexit 0\n",
      },
    },
    {
      about: "a script that ends with what its last step said",
      files: { "reconfig.sh": `${head}curl -m 5 "http://lb/$6"\n` },
    },
    {
      about: "a script that ends with 1 for one reason",
      files: { "reconfig.sh": `${head}curl -m 5 "http://lb/$6" || exit 1\nexit 0\n` },
    },
    {
      about: "a script that gives a status on",
      files: {
        "reconfig.sh": `${head}curl -m 5 "http://lb/$6"\nstatus=$?\nlogger "$status"\nexit $status\n`,
      },
    },
    {
      about: "a script without anything to fail",
      files: { "reconfig.sh": `${head}logger "$6"\nexit 0\n` },
    },
  ],
});
