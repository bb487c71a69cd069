import { expect, test } from "vitest";
import { kindOf } from "./recognise.ts";

const REDIS = "port 6379\nappendonly yes\nmaxmemory 1gb\n";
const SENTINEL = "port 26379\nsentinel monitor main 10.0.0.1 6379 2\n";

test.each([
  ["redis.conf", REDIS, "redis-conf"],
  ["conf/redis-6379.conf", "port 6379\n", "redis-conf"],
  ["etc/redis/6379.conf", "port 6379\ndir /x\n", "redis-conf"],
  ["roles/cache/templates/redis.conf.j2", "bind {{ address }}\n", "redis-conf"],
  ["primary.conf", REDIS, "redis-conf"],
  ["redis.conf", "", "redis-conf"],
  ["redis.conf.example", REDIS, "redis-conf"],
  ["etc/sysctl.d/redis.conf", "vm.overcommit_memory = 1\n", "sysctl"],
  ["h1/etc/sysctl.conf", "vm.swappiness=1\n", "sysctl"],
  ["etc/sysctl.d/README", "Files here are read by sysctl\n", undefined],
  ["etc/security/limits.d/redis.conf", "redis soft nofile 65535\n", undefined],
  ["redis.conf.bak", REDIS, undefined],
  ["nginx.conf", "user www;\nworker_processes 4;\ninclude x;\n", undefined],
  ["docs/redis.md", REDIS, undefined],
  ["sentinel.conf", SENTINEL, "sentinel-conf"],
  ["sentinel.conf.j2", "sentinel monitor {{ name }} {{ ip }} 6379 2\n", "sentinel-conf"],
  ["sentinel-1.conf", "port 26379\n", "sentinel-conf"],
  ["h1/redis.conf", SENTINEL, "sentinel-conf"],
  ["users.acl", "user default off\n", "acl-file"],
  ["aclfile.conf", "user default off\nuser a on\n", "acl-file"],
  ["redis-server.service", "[Unit]\n", "systemd-unit"],
  ["redis-server.service.d/override.conf", "[Service]\nRestart=no\n", "systemd-unit"],
  ["templates/redis.service.j2", "[Unit]\n", "systemd-unit"],
  ["docker-compose.yml", "services:\n", "compose"],
  ["values.yaml", "sentinel:\n  enabled: true\n", "helm"],
  ["deploy/redis.yaml", "apiVersion: v1\nkind: ConfigMap\n", "helm"],
  ["site.yml", "- hosts: redis\n  roles:\n    - redis\n", "ansible"],
  ["group_vars/redis.yml", "redis_version: 7.0\n", "ansible"],
  ["inventory/hosts.ini", "[redis]\nh1 ansible_host=10.0.0.1\n", "inventory"],
  ["hosts", "127.0.0.1 localhost\n", undefined],
  ["haproxy.cfg", "backend redis\n  server a 10.0.0.1:6379\n", "haproxy"],
  ["main.tf", "", "terraform"],
  ["failover.sh", "#!/bin/sh\n", "shell"],
  ["bin/failover", "#!/usr/bin/env bash\n", "shell"],
  ["app.py", "import redis\n", "code-python"],
  ["app.py", "import os\n", undefined],
  ["lib/App.pm", "use Redis;\n", "code-perl"],
  ["src/app.ts", 'import { Redis } from "ioredis";\n', "code-node"],
  ["cluster.yml", "name: x\nobjectives:\n  rto: 3s\nhosts:\n", "cluster-file"],
  ["package.json", '{ "redis": 1 }', undefined],
])("%s with %j is %s", (path, text, expected) => {
  expect(kindOf({ path, text })).toBe(expected);
});

test.each(["site.yml", "hosts", "redis.conf", "haproxy.cfg", "run", "x.service"])(
  "knows at once what %s is, however many blanks it begins with",
  (path) => {
    const beganMs = performance.now();
    for (const blank of [" ", "\t", " \n\t"]) {
      const text = blank.repeat(100_000);
      kindOf({ path, text });
      kindOf({ path, text: `- name: x\n${text}` });
    }
    // Seconds where every blank is tried as the end of those before it.
    expect(performance.now() - beganMs).toBeLessThan(1_000);
  },
);
