// SYS001 put to the test.
import { testRule } from "../rule.fixture.ts";
import { sys001 } from "./sys001.ts";

const unit = (more: string, flags = ""): string =>
  `[Service]\nExecStart=/usr/bin/redis-server /etc/redis/redis.conf${flags}\n${more}`;

testRule(sys001, {
  finds: [
    {
      about: "a unit without Type, which is simple",
      files: { "h1/redis.conf": "port 6379\ndaemonize yes\n", "h1/redis.service": unit("") },
      at: ["h1/redis.service:2"],
      says: "Without Type",
    },
    {
      about: "Type=forking for a process that stays",
      files: {
        "h1/redis.conf": "port 6379\ndaemonize no\n",
        "h1/redis.service": unit("Type=forking\n"),
      },
      at: ["h1/redis.service:3"],
      says: "does not come",
    },
    {
      about: "Type=notify without supervision",
      files: {
        "h1/redis.conf": "port 6379\ndaemonize yes\n",
        "h1/redis.service": unit("Type=notify\n"),
      },
    },
  ],
  passes: [
    {
      about: "Type=forking with daemonize yes",
      files: {
        "h1/redis.conf": "port 6379\ndaemonize yes\n",
        "h1/redis.service": unit("Type=forking\n"),
      },
    },
    {
      about: "supervision, under which daemonize counts for nothing",
      files: {
        "h1/redis.conf": "port 6379\ndaemonize yes\nsupervised auto\n",
        "h1/redis.service": unit("Type=notify\n"),
      },
    },
    {
      about: "a unit whose configuration is not here",
      files: { "redis.service": unit("Type=simple\n") },
    },
  ],
});
