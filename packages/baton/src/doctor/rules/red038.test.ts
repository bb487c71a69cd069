// RED038 put to the test.
import { testRule } from "../rule.fixture.ts";
import { red038 } from "./red038.ts";

const unit = (more: string): string =>
  `[Service]\nExecStart=/usr/bin/redis-server /etc/redis/redis.conf\n${more}`;

testRule(red038, {
  finds: [
    {
      about: "the default of Redis 7.0",
      files: {
        "h1/redis.conf": "# Redis 7.0.15\nport 6379\n",
        "h1/redis.service": unit("TimeoutStopSec=5s\n"),
      },
      at: ["h1/redis.service:3"],
    },
  ],
  passes: [
    {
      about: "systemd's default of 90 s",
      files: { "h1/redis.conf": "port 6379\nshutdown-timeout 10\n", "h1/redis.service": unit("") },
    },
    {
      about: "a Redis that does not wait yet",
      files: {
        "h1/redis.conf": "# Redis 6.2.6\nport 6379\n",
        "h1/redis.service": unit("TimeoutStopSec=5s\n"),
      },
    },
    {
      about: "a drop-in that raises it",
      files: {
        "h1/redis.conf": "port 6379\nshutdown-timeout 10\n",
        "h1/redis.service": unit("TimeoutStopSec=5s\n"),
        "h1/redis.service.d/stop.conf": "[Service]\nTimeoutStopSec=1min 30s\n",
      },
    },
  ],
});
