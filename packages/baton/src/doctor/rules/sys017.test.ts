// SYS017 put to the test.
import { testRule } from "../rule.fixture.ts";
import { sys017 } from "./sys017.ts";

const unit = (more: string, flags = ""): string =>
  `[Service]\nExecStart=/usr/bin/redis-server /etc/redis/redis.conf${flags}\n${more}`;

testRule(sys017, {
  finds: [
    {
      about: "the older name of the limit",
      files: {
        "h1/redis.conf": "port 6379\nmaxmemory 1gb\n",
        "h1/redis.service": unit("MemoryLimit=1G\n"),
      },
      at: ["h1/redis.service:3"],
    },
  ],
  passes: [
    {
      about: "a cache that never forks: nothing on disk, and no replica",
      files: {
        "h1/redis.conf": 'port 6379\nmaxmemory 2gb\nsave ""\n',
        "h1/redis.service":
          "[Service]\nExecStart=/usr/bin/redis-server /etc/redis/redis.conf\nMemoryMax=2560M\n",
      },
    },
    {
      about: "a share of the machine",
      files: {
        "h1/redis.conf": "port 6379\nmaxmemory 1gb\n",
        "h1/redis.service": unit("MemoryMax=80%\n"),
      },
    },
    {
      about: "no maxmemory",
      files: { "h1/redis.conf": "port 6379\n", "h1/redis.service": unit("MemoryMax=1G\n") },
    },
    {
      about: "no limit",
      files: {
        "h1/redis.conf": "port 6379\nmaxmemory 1gb\n",
        "h1/redis.service": unit("MemoryMax=infinity\n"),
      },
    },
  ],
});
