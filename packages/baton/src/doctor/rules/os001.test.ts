// OS001 put to the test.
import { testRule } from "../rule.fixture.ts";
import { os001 } from "./os001.ts";

const conf = "bind 10.0.0.1\nport 6379\n";
const task = (value: string, state = "present"): string =>
  `- name: Kernel\n  sysctl:\n    name: vm.overcommit_memory\n    value: "${value}"\n    state: ${state}\n`;

testRule(os001, {
  finds: [
    {
      about: "a file of the machine that Redis runs on",
      files: { "h1/etc/sysctl.conf": "vm/overcommit_memory=2\n", "h1/etc/redis/redis.conf": conf },
      at: ["h1/etc/sysctl.conf:1"],
      says: "once its limit is reached",
      severity: "warning",
    },
    {
      about: "a task in the role of Redis",
      files: { "roles/redis/tasks/main.yml": task("0") },
      at: ["roles/redis/tasks/main.yml:4"],
    },
    {
      about: "a command of a script",
      files: { "setup-redis.sh": "#!/bin/sh\nsudo sysctl -w vm.overcommit_memory=2\n" },
      at: ["setup-redis.sh:2"],
    },
    {
      about: "a later file that takes the right value back",
      files: {
        "h1/etc/sysctl.d/10-base.conf": "vm.overcommit_memory = 1\n",
        "h1/etc/sysctl.d/99-redis.conf": "vm.overcommit_memory = 0\n",
      },
      at: ["h1/etc/sysctl.d/99-redis.conf:1"],
    },
  ],
  passes: [
    {
      about: "a value that a later file overrules",
      files: {
        "h1/etc/sysctl.d/10-base.conf": "vm.overcommit_memory = 2\n",
        "h1/etc/sysctl.d/99-redis.conf": "vm.overcommit_memory = 1\n",
        "h1/etc/redis/redis.conf": conf,
      },
    },
    {
      about: "the machine of another program",
      files: {
        "db/etc/sysctl.d/30-postgresql.conf": "vm.overcommit_memory = 2\n",
        "h1/etc/redis/redis.conf": conf,
      },
    },
    {
      about: "the role of another program, and a task that takes the setting away",
      files: {
        "roles/postgres/tasks/main.yml": task("2"),
        "roles/redis/tasks/main.yml": task("0", "absent"),
      },
    },
    {
      about: "a placeholder",
      files: { "roles/redis/templates/sysctl.d/redis.conf.j2": "vm.overcommit_memory = {{ x }}\n" },
    },
    {
      about: "a file that does not say it",
      files: { "etc/sysctl.d/redis.conf": "vm.swappiness = 1\n" },
    },
  ],
});
