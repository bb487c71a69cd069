// CLI001 put to the test.
import { testRule } from "../rule.fixture.ts";
import { cli001 } from "./cli001.ts";

const sentinel = "port 26379\nsentinel monitor main 10.0.0.1 6379 2\n";

testRule(cli001, {
  finds: [
    {
      about: "a client that logs in, listens for its errors and is exported",
      files: {
        "h1/sentinel.conf": "sentinel monitor main 10.0.0.1 6379 2\n",
        "a.ts":
          'import Redis from "ioredis";\nexport const redis = new Redis({ host: "10.0.0.1" });\n' +
          'redis.on("error", () => undefined);\nredis.auth(PASSWORD);\n',
      },
      at: ["a.ts:2"],
    },
    {
      about: "the address in every language",
      files: {
        "h1/sentinel.conf": sentinel,
        "a.ts":
          'import { Redis } from "ioredis";\n' +
          'const r = new Redis("redis://:secret@10.0.0.1:6379/0");\nawait r.incr("a");\n',
        "b.mjs":
          'import { createClient } from "redis";\n' +
          'const r = await createClient({ socket: { host: "10.0.0.1" } }).on("error", ' +
          "log).connect();\n" +
          'await r.incr("a");\n',
        "c.php": "<?php\n$r = new Redis();\n$r->pconnect('10.0.0.1', 6379);\n$r->incr('a');\n",
        "d.php": "<?php\n$r = new Predis\\Client('tcp://10.0.0.1:6379');\n$r->incr('a');\n",
        "e.pl": "use Redis;\nmy $r = Redis->new(server => '10.0.0.1:6379');\n$r->incr('a');\n",
        "f.cpp":
          "#include <hiredis/hiredis.h>\nint main() {\n" +
          '  auto *c = redisConnect("10.0.0.1", 6379);\n  redisCommand(c, "INCR a");\n}\n',
        "g.cpp":
          "#include <sw/redis++/redis++.h>\nint main() {\n" +
          '  sw::redis::Redis r("tcp://10.0.0.1:6379");\n  r.incr("a");\n}\n',
        "h.py":
          'import redis.asyncio as redis\nr = redis.from_url("redis://10.0.0.1")\nawait r.incr("a")\n',
      },
      at: ["a.ts:2", "b.mjs:2", "c.php:3", "d.php:2", "e.pl:2", "f.cpp:3", "g.cpp:3", "h.py:2"],
    },
    {
      about: "a replica's address, which may become the primary's",
      files: {
        "h1/sentinel.conf": sentinel,
        "h1/redis.conf": "bind 10.0.0.1\n",
        "h2/redis.conf": "bind 10.0.0.2\nreplicaof 10.0.0.1 6379\n",
        "a.py":
          "import redis\nclass Store:\n    def __init__(self):\n" +
          "        self.r = redis.StrictRedis('10.0.0.2')\n    def save(self, k, v):\n" +
          "        self.r.set(k, v)\n",
      },
      at: ["a.py:4"],
    },
  ],
  passes: [
    {
      about: "a tool that only looks at the node",
      files: {
        "h1/sentinel.conf": sentinel,
        "check.py":
          'import redis\nr = redis.Redis("10.0.0.1")\nprint(r.info("replication"), r.ping())\n',
      },
    },
    {
      about: "the Sentinel's own port on that host",
      files: {
        "h1/sentinel.conf": sentinel,
        "a.py": 'import redis\nr = redis.Redis("10.0.0.1", 26379)\nr.sentinel_masters()\n',
      },
    },
    {
      about: "an address that the environment gives",
      files: {
        "h1/sentinel.conf": sentinel,
        "a.ts":
          'import Redis from "ioredis";\n' +
          'const r = new Redis({ host: process.env.REDIS_HOST ?? "10.0.0.1" });\nr.incr("a");\n',
      },
    },
    {
      about: "code in a comment, in documentation and in a string",
      files: {
        "h1/sentinel.conf": sentinel,
        "a.pl":
          "use Redis;\n# my $r = Redis->new(server => '10.0.0.1:6379');\n=pod\n" +
          "Redis->new(server => '10.0.0.1:6379')\n=cut\n" +
          "print 'Redis->new(server => q(10.0.0.1:6379))';\n",
        "a.py": 'import redis\n# redis.Redis("10.0.0.1")\nprint("""redis.Redis("10.0.0.1")""")\n',
      },
    },
  ],
});
