// SYS011 put to the test.
import { testRule } from "../rule.fixture.ts";
import { sys011 } from "./sys011.ts";

const unit = (more: string, flags = ""): string =>
  `[Service]\nExecStart=/usr/bin/redis-server /etc/redis/redis.conf${flags}\n${more}`;

testRule(sys011, {
  finds: [
    {
      about: "another path than systemd's",
      files: {
        "h1/redis.conf": "port 6379\npidfile /run/redis/a.pid\n",
        "h1/redis.service": unit("PIDFile=/run/redis/b.pid\n"),
      },
      at: ["h1/redis.conf:2"],
      says: "/run/redis/b.pid",
    },
    {
      about: "a strict sandbox without a folder for it",
      files: {
        "h1/redis.conf": "port 6379\npidfile /run/redis/a.pid\n",
        "h1/redis.service": unit("ProtectSystem=strict\n"),
      },
      says: "is not written",
      severity: "info",
    },
  ],
  passes: [
    {
      about: "no pidfile",
      files: { "h1/redis.conf": "port 6379\n", "h1/redis.service": unit("PIDFile=/run/redis/b.pid\n") },
    },
    {
      about: "/run, as root",
      files: { "h1/redis.conf": "port 6379\npidfile /run/a.pid\n", "h1/redis.service": unit("") },
    },
    {
      about: "a template unit",
      files: {
        "h1/redis-a.conf": "port 6379\npidfile /run/redis-a/a.pid\n",
        "h1/redis@.service": unit("PIDFile=/run/redis-%i/a.pid\n").replace(
          "redis.conf",
          "redis-%i.conf",
        ),
      },
    },
  ],
});
