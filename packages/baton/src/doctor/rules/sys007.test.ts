// SYS007 put to the test.
import { testRule } from "../rule.fixture.ts";
import { sys007 } from "./sys007.ts";

const unit = (more: string, flags = ""): string =>
  `[Service]\nExecStart=/usr/bin/redis-server /etc/redis/redis.conf${flags}\n${more}`;

testRule(sys007, {
  finds: [
    {
      about: "the default port for a Redis at another",
      files: {
        "h1/redis.conf": "port 6380\nappendonly yes\n",
        "h1/redis.service": unit("ExecStop=/usr/bin/redis-cli shutdown\n"),
      },
      at: ["h1/redis.service:3"],
      says: "port 6379",
    },
  ],
  passes: [
    {
      about: "the right port, without a password to show",
      files: {
        "h1/redis.conf": "port 6380\nappendonly yes\n",
        "h1/redis.service": unit("ExecStop=/usr/bin/redis-cli -p 6380 shutdown\n"),
      },
    },
    {
      about: "a password on the command line",
      files: {
        "h1/redis.conf": "port 6379\nrequirepass kept-elsewhere\n",
        "h1/redis.service": unit("ExecStop=/usr/bin/redis-cli -a ${REDIS_PASSWORD} shutdown\n"),
      },
    },
    {
      about: "a port that systemd fills in",
      files: {
        "h1/redis.conf": "port 6380\n",
        "h1/redis.service": unit("ExecStop=/usr/bin/redis-cli -p %i shutdown\n"),
      },
    },
    {
      about: "a signal",
      files: {
        "h1/redis.conf": "port 6380\n",
        "h1/redis.service": unit("ExecStop=/bin/kill -TERM $MAINPID\n"),
      },
    },
  ],
});
