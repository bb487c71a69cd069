// SYS005 put to the test.
import { testRule } from "../rule.fixture.ts";
import { sys005 } from "./sys005.ts";

const unit = (more: string, flags = ""): string =>
  `[Service]\nExecStart=/usr/bin/redis-server /etc/redis/redis.conf${flags}\n${more}`;

const sentinel = "sentinel monitor main 10.0.0.1 6379 2\n";

testRule(sys005, {
  finds: [
    {
      about: "a pause shorter than Sentinel's default",
      files: {
        "h1/redis.conf": "bind 10.0.0.1\n",
        "h1/redis.service": unit("Restart=always\nRestartSec=10s\n"),
        "h1/sentinel.conf": sentinel,
      },
      at: ["h1/redis.service:4"],
      says: "RestartSec=35",
    },
  ],
  passes: [
    {
      about: "a restart after crashes only",
      files: {
        "h1/redis.conf": "bind 10.0.0.1\n",
        "h1/redis.service": unit("Restart=on-failure\n"),
        "h1/sentinel.conf": sentinel,
      },
    },
    {
      about: "a server without Sentinel",
      files: { "redis.conf": "bind 10.0.0.1\n", "redis.service": unit("Restart=always\n") },
    },
  ],
});
