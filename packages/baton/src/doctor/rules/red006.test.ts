// RED006 put to the test.
import { testRule } from "../rule.fixture.ts";
import { red006 } from "./red006.ts";

const sentinel = "sentinel monitor main 10.0.0.1 6379 2\nsentinel down-after-milliseconds main 5000\n";
const unit = (restart: string): string =>
  `[Service]\nExecStart=/usr/bin/redis-server /etc/redis/redis.conf\n${restart}`;
const off = 'bind 10.0.0.1\nport 6379\nsave ""\n';

testRule(red006, {
  finds: [
    {
      about: "systemd's default pause of 100 ms, after a crash",
      files: {
        "h1/redis.conf": off,
        "h1/redis.service": unit("Restart=on-failure\n"),
        "h1/sentinel.conf": sentinel,
      },
      at: ["h1/redis.conf:3"],
      says: "after 100 ms",
      severity: "error",
    },
    {
      about: "as a warning, a primary without persistence that nobody knows the unit of",
      files: { "h1/redis.conf": off, "h1/sentinel.conf": sentinel },
      at: ["h1/redis.conf:3"],
      severity: "warning",
    },
    {
      about: "save points that a later line takes back",
      files: {
        "h1/redis.conf": 'bind 10.0.0.1\nport 6379\nsave 900 1\nsave ""\n',
        "h1/redis.service": unit("Restart=always\n"),
        "h1/sentinel.conf": sentinel,
      },
      at: ["h1/redis.conf:4"],
    },
    {
      about: "a replica that is started again at once, and may be the primary by then",
      files: {
        "h1/redis.conf": "bind 10.0.0.1\nappendonly yes\n",
        "h2/redis.conf": 'bind 10.0.0.2\nport 6379\nsave ""\nreplicaof 10.0.0.1 6379\n',
        "h2/redis.service": unit("Restart=always\n"),
        "h1/sentinel.conf": sentinel,
      },
      at: ["h2/redis.conf:3"],
      severity: "error",
    },
  ],
  passes: [
    {
      about: "a file without save lines, which has Redis' own",
      files: {
        "h1/redis.conf": "bind 10.0.0.1\n",
        "h1/redis.service": unit("Restart=always\n"),
        "h1/sentinel.conf": sentinel,
      },
    },
    {
      about: "an append-only file",
      files: {
        "h1/redis.conf": `${off}appendonly yes\n`,
        "h1/redis.service": unit("Restart=always\n"),
        "h1/sentinel.conf": sentinel,
      },
    },
    {
      about: "a unit that leaves it down",
      files: {
        "h1/redis.conf": off,
        "h1/redis.service": unit("Restart=no\n"),
        "h1/sentinel.conf": sentinel,
      },
    },
    {
      about: "a pause to be filled in",
      files: {
        "h1/redis.conf": off,
        "h1/redis.service": unit("Restart=always\nRestartSec={{ pause }}\n"),
        "h1/sentinel.conf": sentinel,
      },
    },
    { about: "a cache that no Sentinel watches", files: { "redis.conf": off } },
  ],
});
