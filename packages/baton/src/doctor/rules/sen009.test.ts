import { nodeOf } from "../live/live.fixture.ts";
import { testRule } from "../rule.fixture.ts";
import { redisFiles, sentinelFiles } from "../rule-examples.ts";
import { sen009 } from "./sen009.ts";

testRule(sen009, {
  finds: [
    {
      about: "a load balancer",
      files: {
        ...sentinelFiles({ count: 1, monitor: "sentinel monitor main 10.0.0.9 6379 2" }),
        "haproxy.cfg": "listen redis\n  bind 10.0.0.9:6379\n  server one 10.0.0.1:6379 check\n",
      },
      says: "a listener of HAProxy, by haproxy.cfg:2",
    },
    {
      about: "a replica on the one machine of a laboratory",
      files: {
        "lab/redis-6379.conf": "port 6379\nbind 127.0.0.1\n",
        "lab/redis-6380.conf": "port 6380\nbind 127.0.0.1\nreplicaof 127.0.0.1 6379\n",
        "lab/sentinel-26379.conf":
          "port 26379\nbind 127.0.0.1\nsentinel monitor main 127.0.0.1 6380 2\n",
        "lab/sentinel-26380.conf":
          "port 26380\nbind 127.0.0.1\nsentinel monitor main 127.0.0.1 6380 2\n",
      },
      says: "a replica, by lab/redis-6380.conf",
    },
    {
      about: "every address",
      files: sentinelFiles({ count: 1, monitor: "sentinel monitor main 0.0.0.0 6379 2" }),
      says: "every address",
    },
    {
      about: "the name of this machine",
      files: sentinelFiles({ count: 1, monitor: "sentinel monitor main localhost 6379 2" }),
    },
    {
      about: "a replica",
      files: { ...redisFiles(), ...sentinelFiles({ monitor: "sentinel monitor main 10.0.0.2 6379 2" }) },
      says: "a replica, by h2/redis.conf",
    },
  ],
  passes: [
    {
      about: "the primary beside a load balancer on its host",
      files: {
        ...sentinelFiles(),
        "haproxy.cfg": "listen redis\n  bind 10.0.0.1:6380\n  server one 10.0.0.1:6379 check\n",
      },
    },
    {
      about: "a file of the first day beside a cluster that has failed over since",
      files: { ...redisFiles(), ...sentinelFiles() },
      live: {
        redis: [
          nodeOf(1, { settings: { replicaof: "10.0.0.2 6379" } }),
          nodeOf(2, { settings: { replicaof: "" } }),
          nodeOf(3, { settings: { replicaof: "10.0.0.2 6379" } }),
        ],
      },
    },
    {
      about: "a laboratory on loopback addresses that it announces",
      files: {
        "a/sentinel.conf":
          "port 26379\nsentinel announce-ip 127.80.0.1\nsentinel monitor main 127.80.0.1 6379 2\n",
        "b/sentinel.conf":
          "port 26379\nsentinel announce-ip 127.80.0.2\nsentinel monitor main 127.80.0.1 6379 2\n",
      },
    },
    { about: "the primary", files: { ...redisFiles(), ...sentinelFiles() } },
  ],
});
