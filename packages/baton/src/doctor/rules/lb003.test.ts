import { testRule } from "../rule.fixture.ts";
import { lb003 } from "./lb003.ts";

testRule(lb003, {
  passes: [
    {
      about: "the option in the defaults",
      files: {
        "haproxy.cfg":
          "defaults\n  default-server on-marked-down shutdown-sessions\nbackend redis\n  " +
          "server a 10.0.0.1:6379 check\n  server b 10.0.0.2:6379 check\n",
      },
    },
    {
      about: "Sentinels behind a balancer",
      files: {
        "haproxy.cfg": "backend s\n  server a 10.0.0.1:26379 check\n  server b 10.0.0.2:26379 check\n",
      },
    },
  ],
});
