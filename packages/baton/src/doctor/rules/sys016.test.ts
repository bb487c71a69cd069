import { testRule } from "../rule.fixture.ts";
import { sys016 } from "./sys016.ts";

testRule(sys016, {
  passes: [
    {
      about: "the command line of Redis only",
      files: {
        "site.yml":
          "- hosts: sentinels\n  tasks:\n    - apt: {name: [redis-tools, unattended-upgrades]}\n",
      },
    },
    {
      about: "a cache of its own",
      files: {
        "site.yml": "- hosts: web\n  tasks:\n    - apt: {name: [redis-server, unattended-upgrades]}\n",
      },
    },
    {
      about: "a template for what is upgraded, which is not given",
      files: {
        "site.yml":
          "- hosts: redis\n  tasks:\n    - apt: {name: [redis-server, unattended-upgrades]}\n" +
          "    - template: {src: u.j2, dest: /etc/apt/apt.conf.d/50unattended-upgrades}\n",
      },
    },
    {
      about: "hosts without Redis",
      files: { "site.yml": "- hosts: web\n  tasks:\n    - apt: {name: unattended-upgrades}\n" },
    },
  ],
});
