// RED037 put to the test.
import { testRule } from "../rule.fixture.ts";
import { red037 } from "./red037.ts";

const unit =
  "[Service]\nExecStart=/usr/bin/redis-server /etc/redis/redis.conf\nProtectSystem=strict\n" +
  "ReadWritePaths=/etc/redis\n";

testRule(red037, {
  finds: [
    {
      about: "a Sentinel's log",
      files: {
        "h1/sentinel.conf":
          "logfile /var/log/redis/sentinel.log\nsentinel monitor main 10.0.0.1 6379 2\n",
        "h1/sentinel.service": unit
          .replace("redis-server", "redis-sentinel")
          .replace("redis.conf", "sentinel.conf"),
      },
      at: ["h1/sentinel.conf:1"],
    },
  ],
  passes: [
    {
      about: "standard output",
      files: { "h1/redis.conf": 'port 6379\nlogfile ""\n', "h1/redis.service": unit },
    },
    {
      about: "a device",
      files: { "h1/redis.conf": "port 6379\nlogfile /dev/stdout\n", "h1/redis.service": unit },
    },
    {
      about: "a private /tmp",
      files: {
        "h1/redis.conf": "port 6379\nlogfile /tmp/redis.log\n",
        "h1/redis.service": `${unit}PrivateTmp=yes\n`,
      },
    },
  ],
});
