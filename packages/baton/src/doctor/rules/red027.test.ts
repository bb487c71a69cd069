// RED027 put to the test.
import { testRule } from "../rule.fixture.ts";
import { red027 } from "./red027.ts";

const sentinel = "bind 10.0.0.1\nport 26379\nsentinel monitor main 10.0.0.1 6379 2\n";

testRule(red027, {
  finds: [
    {
      about: "as an error, a snapshot that has failed",
      files: { "h1/redis.conf": "bind 10.0.0.1\nport 6379\n", "h1/sentinel.conf": sentinel },
      live: {
        redis: [{ address: "10.0.0.1", port: 6379, info: new Map([["rdb_last_bgsave_status", "err"]]) }],
      },
      at: ["10.0.0.1:6379:0"],
      severity: "error",
    },
    {
      about: "as a warning, the default",
      files: { "h1/redis.conf": "bind 10.0.0.1\nport 6379\nsave 900 1\n", "h1/sentinel.conf": sentinel },
      at: ["h1/redis.conf:1"],
      severity: "warning",
    },
  ],
  passes: [
    {
      about: "a server that no Sentinel watches",
      files: { "redis.conf": "port 6379\nstop-writes-on-bgsave-error yes\n" },
    },
    {
      about: "a node that goes on",
      files: {
        "h1/redis.conf": "bind 10.0.0.1\nport 6379\nstop-writes-on-bgsave-error no\n",
        "h1/sentinel.conf": sentinel,
      },
    },
  ],
});
