// SYS006 put to the test.
import { testRule } from "../rule.fixture.ts";
import { sys006 } from "./sys006.ts";

const unit = (more: string, flags = ""): string =>
  `[Service]\nExecStart=/usr/bin/redis-server /etc/redis/redis.conf${flags}\n${more}`;

testRule(sys006, {
  finds: [
    {
      about: "a fixed pidfile beside files of their own",
      files: { "redis@.service": unit("PIDFile=/run/redis.pid\n").replace("redis.conf", "%i.conf") },
      at: ["redis@.service:3"],
    },
  ],
  passes: [
    {
      about: "a unit that is no template",
      files: { "redis.service": unit("PIDFile=/run/redis.pid\n") },
    },
    {
      about: "the unescaped name",
      files: { "redis@.service": unit("").replace("redis.conf", "%I/redis.conf") },
    },
  ],
});
