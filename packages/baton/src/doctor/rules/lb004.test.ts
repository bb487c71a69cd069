import { testRule } from "../rule.fixture.ts";
import { lb004 } from "./lb004.ts";

testRule(lb004, {
  finds: [
    {
      about: "Python that puts and does not refresh",
      files: {
        "reconfig.py":
          "import ovh  # redis sentinel\nclient = ovh.Client()\n" +
          'client.put("/ipLoadbalancing/lb-1/tcp/farm/1/server/2", address="10.0.0.2")\n',
      },
      at: ["reconfig.py:3"],
    },
  ],
  passes: [
    {
      about: "a script that only looks",
      files: {
        "reconfig.sh":
          "#!/bin/sh\n# client-reconfig-script\ncurl -m 5 " +
          "https://api.ovh.com/1.0/ipLoadbalancing/lb-1/tcp/farm/1\n",
      },
    },
  ],
});
