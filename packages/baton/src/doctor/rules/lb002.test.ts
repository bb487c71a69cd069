import { testRule } from "../rule.fixture.ts";
import { lb002 } from "./lb002.ts";

const servers = "  server r1 10.0.0.1:6379 check\n  server r2 10.0.0.2:6379 check\n";
const role = "  tcp-check send info\\ replication\\r\\n\n  tcp-check expect string role:master\n";

testRule(lb002, {
  finds: [
    {
      about: "min-replicas-to-write on one node only",
      files: {
        "haproxy.cfg": `backend redis\n${role}${servers}`,
        "h1/redis.conf": "port 6379\nmin-replicas-to-write 1\n",
        "h2/redis.conf": "port 6379\n",
      },
      at: ["haproxy.cfg:3"],
    },
  ],
  passes: [
    {
      about: "a backend that asks Sentinels",
      files: {
        "haproxy.cfg":
          "backend s1\n  tcp-check send SENTINEL\\ get-master-addr-by-name\\ main\\r\\n\n  " +
          `server s1 10.0.0.1:26379 check\nbackend redis\n${role}${servers}`,
      },
    },
    {
      about: "a check without a role, which LB001 speaks of",
      files: { "haproxy.cfg": `backend redis\n${servers}` },
    },
  ],
});
