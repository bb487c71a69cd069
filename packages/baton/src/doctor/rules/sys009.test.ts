// SYS009 put to the test.
import { testRule } from "../rule.fixture.ts";
import { sys009 } from "./sys009.ts";

const unit = (more: string, flags = ""): string =>
  `[Service]\nExecStart=/usr/bin/redis-server /etc/redis/redis.conf${flags}\n${more}`;

testRule(sys009, {
  finds: [
    {
      about: "Redis' own 10000 with a hard limit below",
      files: { "h1/redis.conf": "port 6379\n", "h1/redis.service": unit("LimitNOFILE=1024:4096\n") },
      at: ["h1/redis.service:3"],
      says: "10032",
    },
  ],
  passes: [
    {
      about: "a soft limit that Redis raises",
      files: { "h1/redis.conf": "port 6379\n", "h1/redis.service": unit("LimitNOFILE=1024:65535\n") },
    },
    {
      about: "infinity",
      files: { "h1/redis.conf": "port 6379\n", "h1/redis.service": unit("LimitNOFILE=infinity\n") },
    },
    {
      about: "no limit of its own",
      files: { "h1/redis.conf": "port 6379\nmaxclients 60000\n", "h1/redis.service": unit("") },
    },
  ],
});
