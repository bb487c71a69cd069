// RED005 put to the test.
import { testRule } from "../rule.fixture.ts";
import { red005 } from "./red005.ts";

testRule(red005, {
  finds: [
    {
      about: "a replica that listens on loopback only",
      files: { "redis.conf": "bind 127.0.0.1 -::1\nport 6379\nreplicaof 10.0.0.1 6379\n" },
      at: ["redis.conf:1"],
      says: "loopback only",
    },
    {
      about: "a primary that is watched at an address of the network",
      files: {
        "h1/redis.conf": "bind 10.0.0.1\nport 6379\n",
        "h1/sentinel.conf": "sentinel monitor main 10.0.0.1 6379 2\n",
      },
      at: ["h1/redis.conf:1"],
      says: "by default",
    },
  ],
  passes: [
    {
      about: "a replica for reads on the spot, which is never promoted",
      files: {
        "redis.conf": "bind 127.0.0.1\nport 6379\nreplicaof 10.0.0.1 6379\nreplica-priority 0\n",
      },
    },
    {
      about: "the official image, which is built with protected-mode no",
      files: {
        "compose.yml":
          "services:\n  redis-a:\n    image: redis:7.2\n    command: redis-server /etc/redis/redis.conf\n" +
          "    volumes: ['./a:/etc/redis']\n",
        "a/redis.conf": "port 6379\nreplicaof redis-b 6379\n",
      },
    },
    {
      about: "a lonely server that nobody is known to reach",
      files: { "redis.conf": "bind 10.0.0.1\n" },
    },
    {
      about: "a replica with a password",
      files: { "redis.conf": "bind 10.0.0.2\nreplicaof 10.0.0.1 6379\nrequirepass kept-elsewhere\n" },
    },
    {
      about: "6.2 with a bind line, which is open instead",
      files: { "redis.conf": "# Redis 6.2.6\nbind 10.0.0.2\nreplicaof 10.0.0.1 6379\n" },
    },
    {
      about: "a placeholder for the address",
      files: {
        "redis.conf": "bind {{ address }}\nreplicaof 10.0.0.1 6379\nrequirepass {{ password }}\n",
      },
    },
  ],
});
