import { testRule } from "../rule.fixture.ts";
import { cm002 } from "./cm002.ts";

const replica = { "roles/redis/templates/redis.conf.j2": "replicaof {{ primary }} 6379\n" };
const handlers = "- name: restart redis\n  systemd:\n    name: redis-server\n    state: restarted\n";
const play = (more: string): string => `- hosts: redis\n${more}  roles: [redis]\n`;

testRule(cm002, {
  finds: [
    {
      about: "a role's handler, by the play that uses the role",
      files: { "site.yml": play(""), "roles/redis/handlers/main.yml": handlers, ...replica },
      at: ["roles/redis/handlers/main.yml:4"],
    },
    {
      about: "half of the hosts at once",
      files: {
        "site.yml": play('  serial: "50%"\n'),
        "roles/redis/handlers/main.yml": handlers,
        ...replica,
      },
      says: "50%",
    },
  ],
  passes: [
    {
      about: "caches that know nothing of each other",
      files: { "site.yml": play(""), "roles/redis/handlers/main.yml": handlers },
    },
    {
      about: "an exporter beside Redis, and an agent named SentinelOne",
      files: {
        "site.yml":
          "- hosts: redis\n  tasks:\n    - service: {name: redis_exporter, state: restarted}\n" +
          "    - service: {name: sentinelone, state: restarted}\n",
        ...replica,
      },
    },
    {
      about: "a role without a play",
      files: { "roles/redis/handlers/main.yml": handlers, ...replica },
    },
    {
      about: "a group of one host",
      files: {
        "site.yml": play(""),
        "hosts.ini": "[redis]\nr1 ansible_host=10.0.0.1\n",
        "roles/redis/handlers/main.yml": handlers,
        ...replica,
      },
    },
    {
      about: "a throttle",
      files: {
        "site.yml": play(""),
        "roles/redis/handlers/main.yml": `${handlers}  throttle: 1\n`,
        ...replica,
      },
    },
    {
      about: "a task that one host runs for all",
      files: {
        "site.yml": play(""),
        "roles/redis/handlers/main.yml": `${handlers}  run_once: true\n`,
        ...replica,
      },
    },
    {
      about: "another service",
      files: { "site.yml": "- hosts: web\n  tasks:\n    - service: {name: nginx, state: restarted}\n" },
    },
  ],
});
