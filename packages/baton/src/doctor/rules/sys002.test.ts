// SYS002 put to the test.
import { testRule } from "../rule.fixture.ts";
import { sys002 } from "./sys002.ts";

const unit = (more: string, flags = ""): string =>
  `[Service]\nExecStart=/usr/bin/redis-server /etc/redis/redis.conf${flags}\n${more}`;

testRule(sys002, {
  finds: [
    {
      about: "an explicit no",
      files: {
        "h1/redis.conf": "port 6379\nsupervised no\n",
        "h1/redis.service": unit("Type=notify\n"),
      },
      at: ["h1/redis.service:3"],
    },
  ],
  passes: [
    {
      about: "auto, which finds out for itself",
      files: {
        "h1/redis.conf": "port 6379\nsupervised auto\n",
        "h1/redis.service": unit("Type=notify\n"),
      },
    },
    {
      about: "Type=simple",
      files: { "h1/redis.conf": "port 6379\n", "h1/redis.service": unit("Type=simple\n") },
    },
    {
      about: "a unit whose configuration is not here",
      files: { "redis.service": unit("Type=notify\n") },
    },
  ],
});
