import { testRule } from "../rule.fixture.ts";
import { cm004 } from "./cm004.ts";

testRule(cm004, {
  finds: [
    {
      about: "a configuration that everybody reads",
      files: {
        "site.yml":
          "- hosts: redis\n  tasks:\n    - template:\n        src: redis.conf.j2\n        " +
          'dest: /etc/redis/redis.conf\n        mode: "0644"\n',
      },
      at: ["site.yml:6"],
      says: "0644",
    },
    {
      about: "a folder that everybody reads",
      files: {
        "site.yml":
          "- hosts: redis\n  tasks:\n    - file:\n        path: /var/lib/redis\n        state: " +
          "directory\n        mode: 0755\n",
      },
      severity: "warning",
    },
    {
      about: "an inventory's variable of a group, once",
      files: {
        "hosts.ini": "[redis]\nr1\nr2\n[redis:vars]\nansible_user=root\nredis_password=hunter2hunter2\n",
      },
      at: ["hosts.ini:6"],
    },
    {
      about: "a password on the command line of a container",
      files: {
        "compose.yml":
          "services:\n  redis:\n    image: redis:7.2\n    command: redis-server --requirepass " +
          "hunter2hunter2\n",
      },
      at: ["compose.yml:4"],
    },
  ],
  passes: [
    {
      about: "a mode for the group only",
      files: {
        "site.yml":
          "- hosts: redis\n  tasks:\n    - template: {src: redis.conf.j2, dest: " +
          "/etc/redis/redis.conf, mode: '0640'}\n",
      },
    },
    {
      about: "a configuration without passwords",
      files: {
        "roles/redis/tasks/main.yml":
          "- template: {src: redis.conf.j2, dest: /etc/redis/redis.conf, mode: '0644'}\n",
        "roles/redis/templates/redis.conf.j2":
          "port 6379\nbind {{ address }}\naclfile /etc/redis/users.acl\n",
      },
    },
    {
      about: "values of a vault",
      files: {
        "group_vars/redis.yml": "redis_password: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  3361\n",
      },
    },
    {
      about: "names of secrets, and passwords from the environment",
      files: {
        "compose.yml":
          "services:\n  redis:\n    image: redis:7.2\n    environment:\n      REDIS_PASSWORD: " +
          "${REDIS_PASSWORD}\n      REDIS_PASSWORD_FILE: /run/secrets/redis\n",
        "values.yaml": 'redis:\n  auth:\n    existingSecret: redis-auth\n    password: ""\n',
      },
    },
  ],
});
