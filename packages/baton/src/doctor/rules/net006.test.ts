import { testRule } from "../rule.fixture.ts";
import { net006 } from "./net006.ts";

const conf = { "r1/redis.conf": "port 6379\nbind 10.0.0.1\n" };

testRule(net006, {
  passes: [
    {
      about: "zones of one site",
      files: { "hosts.ini": "[redis]\nr1 datacenter=gra zone=a\nr2 datacenter=gra zone=b\n", ...conf },
    },
    {
      about: "a tunnel",
      files: {
        "hosts.ini": "[redis]\nr1 datacenter=gra\nr2 datacenter=sbg\n",
        "site.yml": "- hosts: redis\n  tasks:\n    - apt: {name: wireguard}\n",
        ...conf,
      },
    },
  ],
});
