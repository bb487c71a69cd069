import { testRule } from "../rule.fixture.ts";
import { cm001 } from "./cm001.ts";

const site = (task: string): string => `- hosts: redis\n  tasks:\n    - name: Configure\n${task}`;

testRule(cm001, {
  finds: [
    {
      about: "a template of redis.conf with replicaof in it",
      files: {
        "roles/redis/tasks/main.yml":
          "- name: Configure\n  ansible.builtin.template:\n    src: redis-replica.conf.j2\n    " +
          "dest: /etc/redis/redis.conf\n",
        "roles/redis/templates/redis-replica.conf.j2":
          "bind {{ address }}\nport 6379\nreplicaof {{ primary_ip }} 6379\n",
      },
      at: ["roles/redis/tasks/main.yml:3"],
    },
    {
      about: "a line of replicaof",
      files: {
        "site.yml": site(
          "      lineinfile:\n        path: /etc/redis/redis.conf\n        line: replicaof " +
            "10.0.0.1 6379\n",
        ),
      },
      at: ["site.yml:6"],
    },
    {
      about: "the short way to write it",
      files: { "site.yml": site("      copy: src=sentinel.conf dest=/etc/redis/sentinel.conf\n") },
      at: ["site.yml:4"],
    },
  ],
  passes: [
    {
      about: "a task that looks whether the file exists",
      files: {
        "site.yml": site(
          "      template:\n        src: sentinel.conf.j2\n        dest: " +
            "/etc/redis/sentinel.conf\n      when: not sentinel_conf.stat.exists\n",
        ),
      },
    },
    {
      about: "a redis.conf without a role",
      files: {
        "roles/redis/tasks/main.yml":
          "- template:\n    src: redis.conf.j2\n    dest: /etc/redis/redis.conf\n",
        "roles/redis/templates/redis.conf.j2": "bind {{ address }}\nport 6379\n",
      },
    },
    {
      about: "a unit of Sentinel",
      files: {
        "site.yml": site(
          "      copy: src=redis-sentinel.service dest=/etc/systemd/system/redis-sentinel.service\n",
        ),
      },
    },
  ],
});
