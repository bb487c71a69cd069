// LIV018 put to the test.
import { clusterWith } from "../live/live.fixture.ts";
import { testRule } from "../rule.fixture.ts";
import { liv018 } from "./liv018.ts";

const lines = (more: string) =>
  `port 6379\nbind 10.0.0.2\nreplicaof 10.0.0.1 6379\nreplica-announce-ip 10.0.0.2\nappendonly yes\n` +
  `save 3600 1\nsave 300 100 60 10000\nrepl-timeout 20\nmin-slaves-max-lag 4\n` +
  `stop-writes-on-bgsave-error no\n${more}`;

testRule(liv018, {
  finds: [
    {
      about: "a backlog that was raised by CONFIG SET",
      files: { "h2/redis.conf": lines("repl-backlog-size 1mb\nmin-replicas-to-write 1\n") },
      live: clusterWith(),
      at: ["h2/redis.conf:11"],
      says: "repl-backlog-size is 67108864 in the running process and 1mb in its file",
    },
    {
      about: "a setting that the file does not have",
      files: { "h2/redis.conf": lines("repl-backlog-size 64mb\n") },
      live: clusterWith(),
      says: "min-replicas-to-write is 1 in the running process and 0 by default",
    },
  ],
  passes: [
    {
      about: "the same in other words",
      files: { "h2/redis.conf": lines("repl-backlog-size 64mb\nmin-slaves-to-write 1\n") },
      live: clusterWith(),
    },
    { about: "a process without a file", live: clusterWith() },
    {
      about: "save points that a later line of the file takes back",
      files: {
        "h2/redis.conf": `${lines("repl-backlog-size 64mb\nmin-replicas-to-write 1\n")}save ""\n`,
      },
      live: clusterWith({ nodes: { 2: { settings: { save: "" } } } }),
    },
    {
      about: "a setting of the unit's command line, which the next start has, too",
      files: {
        "h2/redis.conf": lines("repl-backlog-size 64mb\n"),
        "h2/redis.service":
          "[Service]\nExecStart=/usr/bin/redis-server /etc/redis/redis.conf --min-replicas-to-write 1\n",
      },
      live: clusterWith(),
    },
  ],
});
