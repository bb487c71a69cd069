import { testRule } from "../rule.fixture.ts";
import { scr007 } from "./scr007.ts";

const head = "#!/bin/sh\n# client-reconfig-script\n";

testRule(scr007, {
  finds: [
    {
      about: "a helper in Python that the script starts",
      files: {
        "reconfig.sh": `${head}set -e\npython3 /opt/redis/update_lb.py --ip "$6"\n`,
        "update_lb.py":
          'import sys\n# moves the redis backend\ndef update(ip):\n    print(f"Simulating ' +
          'update to {ip}")\n    return True\nupdate(sys.argv[2])\n',
      },
      at: ["update_lb.py:4"],
    },
    {
      about: "what would be done",
      files: { "reconfig.sh": `${head}echo "would update the backend to $6"\n` },
    },
  ],
  passes: [
    {
      about: "a dry run that is asked for",
      files: {
        "reconfig.sh":
          `${head}# DRY_RUN=1: dry run\n[ -n "$DRY_RUN" ] && echo "would update $6" && exit 0\n` +
          `lb "$6"\n`,
      },
    },
    { about: "other scripts", files: { "demo.sh": "#!/bin/sh\necho Simulating load\n" } },
  ],
});
