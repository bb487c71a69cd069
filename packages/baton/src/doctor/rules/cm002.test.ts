import { testRule } from "../rule.fixture.ts";
import { cm002 } from "./cm002.ts";

const handlers = "- name: restart redis\n  systemd:\n    name: redis-server\n    state: restarted\n";
const play = (more: string): string => `- hosts: redis\n${more}  roles: [redis]\n`;

testRule(cm002, {
  finds: [
    {
      about: "a role's handler, by the play that uses the role",
      files: { "site.yml": play(""), "roles/redis/handlers/main.yml": handlers },
      at: ["roles/redis/handlers/main.yml:4"],
    },
    {
      about: "half of the hosts at once",
      files: { "site.yml": play('  serial: "50%"\n'), "roles/redis/handlers/main.yml": handlers },
      says: "50%",
    },
  ],
  passes: [
    { about: "a role without a play", files: { "roles/redis/handlers/main.yml": handlers } },
    {
      about: "a group of one host",
      files: {
        "site.yml": play(""),
        "hosts.ini": "[redis]\nr1 ansible_host=10.0.0.1\n",
        "roles/redis/handlers/main.yml": handlers,
      },
    },
    {
      about: "a throttle",
      files: { "site.yml": play(""), "roles/redis/handlers/main.yml": `${handlers}  throttle: 1\n` },
    },
    {
      about: "another service",
      files: { "site.yml": "- hosts: web\n  tasks:\n    - service: {name: nginx, state: restarted}\n" },
    },
  ],
});
