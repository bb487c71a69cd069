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
    {
      about: "a password of a container of Redis, by whatever name, and of hosts of Redis",
      files: {
        "compose.yml":
          "services:\n  cache:\n    image: bitnami/redis:7.2\n    environment:\n" +
          "      MASTER_PASSWORD: hunter2hunter2\n" +
          "  redis:\n    build: .\n    environment:\n      ADMIN_PASSWORD: hunter2hunter2\n",
        "hosts.ini": "[redis]\nr1 requirepass=hunter2hunter2 auth_pass=hunter2hunter2\n",
      },
      at: ["compose.yml:5", "compose.yml:9", "hosts.ini:2", "hosts.ini:2"],
    },
  ],
  passes: [
    {
      about: "passwords of other software in a folder that is named for Redis",
      files: {
        "srv/redis-infra/compose.yml":
          "services:\n  db:\n    image: postgres:16\n    environment:\n" +
          "      POSTGRES_PASSWORD: hunter2hunter2\n",
        "srv/redis-infra/hosts.ini": "[web]\nw1 mysql_password=hunter2hunter2\n",
        "srv/redis-infra/group_vars/all.yml": "mysql_password: hunter2hunter2\n",
      },
    },
    {
      about: "files of other software that are named for Redis",
      files: {
        "site.yml":
          "- hosts: redis\n  tasks:\n" +
          "    - template: {src: redis.conf.j2, dest: /etc/sysctl.d/99-redis.conf, mode: '0644'}\n" +
          "    - copy: {src: redis_exporter.conf, dest: /etc/redis_exporter.conf, mode: '0644'}\n",
      },
    },
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
