import { testRule } from "../rule.fixture.ts";
import { scr001 } from "./scr001.ts";

const head = "#!/bin/bash\n# client-reconfig-script of Sentinel\n";

testRule(scr001, {
  finds: [
    {
      about: "a function that main hands the arguments to",
      files: { "reconfig.sh": `${head}move() {\n  local new_ip="$4"\n  lb "$new_ip"\n}\nmove "$@"\n` },
      at: ["reconfig.sh:4"],
      says: "old primary's address",
    },
    {
      about: "the script of a misspelt option of sentinel.conf",
      files: {
        "sentinel.conf":
          "sentinel monitor main 10.0.0.1 6379 2\nsentinel client-reconfiguration-script main " +
          "/opt/update.sh\n",
        "update.sh": '#!/bin/bash\nOLD_IP=$2\nNEW_IP=$4\necho "$OLD_IP $NEW_IP"\n',
      },
      at: ["update.sh:2", "update.sh:3"],
    },
    {
      about: "an option that gets the old address",
      files: { "reconfig.sh": `${head}python3 /opt/lb.py --ip "$4" --port 6379\n` },
      at: ["reconfig.sh:3"],
      says: "never read",
    },
    {
      about: "ports that are exchanged",
      files: { "reconfig.sh": `${head}FROM_PORT=$7\nTO_PORT=$5\n` },
      at: ["reconfig.sh:3", "reconfig.sh:4"],
    },
    {
      about: "Python that reads the wrong one",
      files: { "reconfig.py": "import sys  # redis sentinel\nnew_ip = sys.argv[4]\n" },
      at: ["reconfig.py:2"],
    },
  ],
  passes: [
    {
      about: "a script that shifts its arguments",
      files: { "reconfig.sh": `${head}shift 3\nlb --ip "$3"\n` },
    },
    {
      about: "a function's own arguments",
      files: { "reconfig.sh": `${head}move() {\n  new_ip="$1"\n  lb "$new_ip"\n}\nmove "$6"\n` },
    },
    {
      about: "a script that fences the old primary",
      files: { "reconfig.sh": `${head}OLD_IP=$4\nfence "$OLD_IP" "$5"\n` },
    },
    { about: "a script of somebody else", files: { "move.sh": "#!/bin/sh\nNEW_IP=$2\nlb $NEW_IP\n" } },
  ],
});
