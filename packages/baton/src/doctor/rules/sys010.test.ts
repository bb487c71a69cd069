// SYS010 put to the test.
import { testRule } from "../rule.fixture.ts";
import { sys010 } from "./sys010.ts";

const unit = (more: string, flags = ""): string =>
  `[Service]\nExecStart=/usr/bin/redis-server /etc/redis/redis.conf${flags}\n${more}`;

testRule(sys010, {
  finds: [
    {
      about: "less than the last snapshot took",
      files: {
        "h1/redis.conf": "bind 10.0.0.1\nport 6379\nshutdown-timeout 5\n",
        "h1/redis.service": unit("TimeoutStopSec=20\n"),
      },
      live: {
        redis: [
          { address: "10.0.0.1", port: 6379, info: new Map([["rdb_last_bgsave_time_sec", "40"]]) },
        ],
      },
      at: ["h1/redis.service:3"],
      says: "40 s for a snapshot",
    },
  ],
  passes: [
    {
      about: "a Redis that keeps no snapshots",
      files: {
        "h1/redis.conf": 'port 6379\nmaxmemory 8gb\nsave ""\n',
        "h1/redis.service": unit("TimeoutStopSec=20\n"),
      },
    },
    {
      about: "a size that nobody knows",
      files: { "h1/redis.conf": "port 6379\n", "h1/redis.service": unit("TimeoutStopSec=20\n") },
    },
    {
      about: "no end to the wait",
      files: {
        "h1/redis.conf": "port 6379\nmaxmemory 8gb\n",
        "h1/redis.service": unit("TimeoutStopSec=infinity\n"),
      },
    },
  ],
});
