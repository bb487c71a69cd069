import { testRule } from "../rule.fixture.ts";
import { redisFiles, sentinelFiles } from "../rule-examples.ts";
import { liveSentinel } from "../sentinel-live.fixture.ts";
import { sen004 } from "./sen004.ts";

testRule(sen004, {
  finds: [
    {
      about: "a running Sentinel that knows of one other",
      live: { sentinels: [liveSentinel({ primary: { "num-other-sentinels": "1" } })] },
      says: "2 Sentinels watch",
    },
    {
      about: "a running Sentinel that is alone",
      live: { sentinels: [liveSentinel({ primary: { "num-other-sentinels": "0" } })] },
      says: "1 Sentinel watches",
    },
    {
      about: "two hosts with all their nodes",
      files: { ...sentinelFiles({ count: 2 }), ...redisFiles({ count: 2 }) },
      says: "2 Sentinels watch",
    },
    {
      about: "two on one machine that watch a node of the same machine",
      files: {
        "sentinel-1.conf": "port 26379\nsentinel monitor main 127.0.0.1 6379 2\n",
        "sentinel-2.conf": "port 26380\nsentinel monitor main 127.0.0.1 6379 2\n",
      },
      says: "2 Sentinels watch",
    },
  ],
  passes: [
    {
      about: "the folder of one host, with two Sentinels that watch a node of the network",
      files: {
        "h1/sentinel-1.conf": "port 26379\nsentinel monitor main 10.0.0.1 6379 2\n",
        "h1/sentinel-2.conf": "port 26380\nsentinel monitor main 10.0.0.1 6379 2\n",
      },
    },
    {
      about: "the same as that host has it, where nothing names the host",
      files: {
        "etc/redis/sentinel-1.conf": "port 26379\nsentinel monitor main 10.0.0.1 6379 2\n",
        "etc/redis/sentinel-2.conf": "port 26380\nsentinel monitor main 10.0.0.1 6379 2\n",
      },
    },
    {
      about: "two hosts whose replicas follow a third one, which was not given",
      files: {
        "h2/sentinel.conf": "port 26379\nbind 10.0.0.2\nsentinel monitor main 10.0.0.1 6379 2\n",
        "h2/redis.conf": "bind 10.0.0.2\nreplicaof 10.0.0.1 6379\n",
        "h3/sentinel.conf": "port 26379\nbind 10.0.0.3\nsentinel monitor main 10.0.0.1 6379 2\n",
        "h3/redis.conf": "bind 10.0.0.3\nreplicaof 10.0.0.1 6379\n",
      },
    },
    {
      about: "one file of one host",
      files: { "sentinel.conf": "sentinel monitor main 10.0.0.1 6379 2\n" },
    },
    { about: "three that run", live: { sentinels: [liveSentinel()] } },
  ],
});
