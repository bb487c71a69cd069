// LIV015 put to the test.
import { testRule } from "../rule.fixture.ts";
import { liv015 } from "./liv015.ts";

const sh = (text: string) => ({ "reset.sh": `#!/bin/bash\n${text}` });
const play = (head: string, more = "") => ({
  "reset.yml":
    `- hosts: ${head}\n  tasks:\n    - name: Forget what is gone\n` +
    `      ansible.builtin.command: redis-cli -p 26379 sentinel reset main\n${more}`,
});
const loop = (more: string) => ({
  "reset.yml":
    "- hosts: sentinels\n  tasks:\n" +
    "    - command: redis-cli -h {{ item }} -p 26379 sentinel reset main\n" +
    `      run_once: true\n      loop: "{{ groups['sentinels'] }}"\n${more}`,
});
const handler = {
  "sentinel.conf":
    "sentinel monitor main 10.0.0.1 6379 2\nsentinel client-reconfig-script main /etc/redis/moved.sh\n",
};

testRule(liv015, {
  finds: [
    {
      about: "a loop over hosts with a short pause",
      files: sh(
        'while read -r host; do\n  ssh "$host" "redis-cli sentinel reset \'*\'"\n  sleep 5\ndone\n',
      ),
      at: ["reset.sh:3"],
      severity: "error",
    },
    {
      about: "a loop over ports",
      files: sh("for port in 26379 26380; do\n  redis-cli -p ${port} SENTINEL RESET main\ndone\n"),
      at: ["reset.sh:3"],
    },
    {
      about: "a loop over hosts and one over groups within it",
      files: sh(
        "for h in $HOSTS; do\n  for group in a b; do\n    $CLI -h $h sentinel reset $group\n  done\ndone\n",
      ),
      at: ["reset.sh:4"],
    },
    {
      about: "a line for each Sentinel",
      files: sh("redis-cli -h s1 sentinel reset main\nredis-cli -h s2 sentinel reset main\n"),
      at: ["reset.sh:3"],
    },
    {
      about: "a shell on all hosts",
      files: sh("pdsh -w s[1-3] redis-cli -p 26379 sentinel reset main\n"),
      says: "pdsh",
    },
    {
      about: "a script that a failover starts, whatever it waits for",
      files: {
        ...handler,
        "moved.sh": "#!/bin/sh\nsleep 60\nredis-cli -p 26379 sentinel reset main\n",
      },
      at: ["moved.sh:3"],
      says: "A script that Sentinel starts",
    },
    {
      about: "a task on all Sentinels",
      files: play("sentinels"),
      at: ["reset.yml:3"],
      says: "all hosts of sentinels",
    },
    { about: "a task on three hosts at a time", files: play("sentinels\n  serial: 3") },
    { about: "a task that loops over all Sentinels", files: loop(""), says: "right after the other" },
    {
      about: "a handler, with the hosts that the inventory tells",
      files: {
        "inventory/hosts.ini": "[quorum]\ns1 ansible_host=10.0.0.1\ns2 ansible_host=10.0.0.2\n",
        "site.yml":
          "- hosts: quorum\n  handlers:\n    - name: reset\n" +
          "      shell: redis-cli -p 26379 sentinel reset main\n",
      },
      at: ["site.yml:3"],
    },
  ],
  passes: [
    {
      about: "several groups of one Sentinel",
      files: sh("for group in a b; do\n  redis-cli -p 26379 sentinel reset $group\ndone\n"),
    },
    {
      about: "a loop that waits until the Sentinel is whole again",
      files: sh(
        "for h in s1 s2; do\n  redis-cli -h $h sentinel reset main\n" +
          "  until redis-cli -h $h sentinel ckquorum main; do sleep 1; done\ndone\n",
      ),
    },
    {
      about: "a pause in minutes, and one that a variable says",
      files: {
        ...sh("for h in a b; do\n  redis-cli -h $h sentinel reset main\n  sleep 1m\ndone\n"),
        "other.sh":
          "#!/bin/sh\nfor h in a b; do\n  redis-cli -h $h sentinel reset main\n  sleep $P\ndone\n",
      },
    },
    { about: "one Sentinel", files: sh("redis-cli -h s1 -p 26379 sentinel reset main\n") },
    {
      about: "a line for each, with time between them",
      files: sh("redis-cli -h s1 sentinel reset a\nsleep 45\nredis-cli -h s2 sentinel reset a\n"),
    },
    {
      about: "two branches, of which one is taken",
      files: sh(
        "if [ $1 = a ]; then\n  redis-cli -h s1 sentinel reset a\nelse\n" +
          "  redis-cli -h s2 sentinel reset a\nfi\n",
      ),
    },
    {
      about: "a text that tells how",
      files: sh('for h in a b; do\n  echo "redis-cli -h $h sentinel reset main"\ndone\n'),
    },
    { about: "a play that goes host by host", files: play("sentinels\n  serial: 1") },
    { about: "a task that goes host by host", files: play("sentinels", "      throttle: 1\n") },
    { about: "a task on one host of them", files: play("sentinels", "      run_once: true\n") },
    {
      about: "a condition that names the host",
      files: play("sentinels", "      when: inventory_hostname == victim\n"),
    },
    { about: "a host that is named", files: play("sentinel-1") },
    { about: "a loop with a pause", files: loop("      loop_control:\n        pause: 30\n") },
    {
      about: "a role whose plays are not seen",
      files: {
        "roles/sentinel/tasks/main.yml": "- command: redis-cli -p 26379 sentinel reset main\n",
      },
    },
  ],
});
