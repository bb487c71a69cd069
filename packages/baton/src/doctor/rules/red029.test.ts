// RED029 put to the test.
import { clusterWith } from "../live/live.fixture.ts";
import { testRule } from "../rule.fixture.ts";
import { red029 } from "./red029.ts";

testRule(red029, {
  finds: [
    {
      about: "a primary whose file says replica",
      files: { "h1/redis.conf": "port 6379\nbind 10.0.0.1\nreplicaof 10.0.0.2 6379\n" },
      live: clusterWith(),
      at: ["h1/redis.conf:3"],
      says: "The file makes this node a replica of 10.0.0.2:6379, and 10.0.0.1:6379 is a primary",
    },
    {
      about: "a replica whose file says nothing",
      files: { "h2/redis.conf": "port 6379\nbind 10.0.0.2\n" },
      live: clusterWith(),
      at: ["h2/redis.conf:1"],
    },
  ],
  passes: [
    {
      about: "files that Redis has rewritten",
      files: {
        "h1/redis.conf": "port 6379\nbind 10.0.0.1\n",
        "h2/redis.conf": "port 6379\nbind 10.0.0.2\nreplicaof 10.0.0.1 6379\n",
      },
      live: clusterWith(),
    },
    {
      about: "what a cluster file would write for a new cluster",
      files: { "cluster.yml/h1/redis.conf": "port 6379\nbind 10.0.0.1\nreplicaof 10.0.0.2 6379\n" },
      live: clusterWith(),
    },
  ],
});
