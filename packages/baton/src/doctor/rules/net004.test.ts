import { testRule } from "../rule.fixture.ts";
import { net004 } from "./net004.ts";

testRule(net004, {
  finds: [
    {
      about: "the interface of the default route",
      files: { "templates/redis.conf.j2": "port 6379\nbind {{ ansible_default_ipv4.address }}\n" },
      severity: "warning",
      at: ["templates/redis.conf.j2:2"],
    },
    {
      about: "a monitored address of the Internet",
      files: { "sentinel.conf": "port 26379\nsentinel monitor main 51.15.20.1 6379 2\n" },
      at: ["sentinel.conf:2"],
    },
  ],
  passes: [
    {
      about: "addresses of documentation, which nobody has",
      files: { "redis.conf": "port 6379\nbind 192.0.2.1\nreplicaof 203.0.113.7 6379\n" },
    },
    {
      about: "TLS",
      files: { "redis.conf": "port 0\ntls-port 6379\nbind 51.15.20.1\ntls-replication yes\n" },
    },
    {
      about: "addresses of private and shared networks, loopback and every interface",
      files: {
        "redis.conf":
          "port 6379\nbind 172.20.1.1 100.64.3.2 192.168.1.1 127.0.0.1 -::1\nreplicaof fd00::1 6379\n",
      },
    },
  ],
});
