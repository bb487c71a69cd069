// RED007 put to the test.
import { testRule } from "../rule.fixture.ts";
import { red007 } from "./red007.ts";

const watched = (pauseSeconds: number) => ({
  "h1/redis.conf": "bind 10.0.0.1\nappendonly yes\n",
  "h2/redis.conf": 'bind 10.0.0.2\nreplicaof 10.0.0.1 6379\nsave ""\n',
  "h2/redis.service":
    "[Service]\nExecStart=/usr/bin/redis-server /etc/redis/redis.conf\nRestart=always\n" +
    `RestartSec=${String(pauseSeconds)}\n`,
  "h1/sentinel.conf":
    "sentinel monitor main 10.0.0.1 6379 2\nsentinel down-after-milliseconds main 5000\n",
});

testRule(red007, {
  finds: [
    {
      about: "the same under Sentinel, with both directions of the setting's name",
      files: {
        "h1/redis.conf": "bind 10.0.0.1\nappendonly yes\n",
        "h2/redis.conf": 'bind 10.0.0.2\nslaveof 10.0.0.1 6379\nsave ""\n',
        "h1/sentinel.conf": "sentinel monitor main 10.0.0.1 6379 2\n",
      },
      at: ["h2/redis.conf:3"],
    },
    {
      about: "one that systemd leaves down long enough, which RED006 has nothing to say about",
      files: watched(15),
      at: ["h2/redis.conf:3"],
    },
  ],
  passes: [
    {
      about: "one that systemd starts again at once, of which RED006 says worse",
      files: watched(1),
    },
    {
      about: "nodes that all keep nothing",
      files: {
        "h1/redis.conf": 'bind 10.0.0.1\nsave ""\n',
        "h2/redis.conf": 'bind 10.0.0.2\nreplicaof 10.0.0.1 6379\nsave ""\n',
      },
    },
    {
      about: "a switch to be filled in",
      files: {
        "h1/redis.conf": "bind 10.0.0.1\nappendonly yes\n",
        "h2/redis.conf": 'bind 10.0.0.2\nreplicaof 10.0.0.1 6379\nsave ""\nappendonly {{ append }}\n',
      },
    },
  ],
});
