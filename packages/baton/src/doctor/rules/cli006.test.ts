// CLI006 put to the test.
import { testRule } from "../rule.fixture.ts";
import { cli006 } from "./cli006.ts";

const sentinel = "sentinel monitor main 10.0.0.1 6379 2\nsentinel down-after-milliseconds main 5000\n";

testRule(cli006, {
  finds: [
    {
      about: "a client that listens for its errors and is exported",
      files: {
        "a.ts":
          'import Redis from "ioredis";\nexport const redis = new Redis({ host: "cache" });\n' +
          'redis.on("error", () => undefined);\n',
      },
      at: ["a.ts:2"],
    },
    {
      about: "a connection that is logged in, looked at and handed to whoever asked for it",
      files: {
        "a.php":
          "<?php\nfunction primary($host) {\n$r = new Redis();\n$r->connect($host, 6379, 0.5);\n" +
          "$r->auth(PASSWORD);\n$role = $r->role();\nreturn $r;\n}\n",
      },
      at: ["a.php:4"],
    },
    {
      about: "a call that limits answers only, where it connects",
      files: {
        "a.php":
          "<?php\n$r = new Redis();\n$r->connect('cache', 6379);\n" +
          "$r->setOption(Redis::OPT_READ_TIMEOUT, 2);\n$r->set('a', 1);\n",
      },
      at: ["a.php:3"],
      says: "no limit for connecting",
    },
    {
      about: "redis-py with neither limit",
      files: {
        "a.py": 'import redis\nr = redis.Redis(host="cache", port=6379)\nr.set("a", 1)\n',
      },
      at: ["a.py:2"],
      says: "socket_timeout and socket_connect_timeout",
    },
    {
      about: "redis-py with Sentinel and no limit in either call",
      files: {
        "a.py":
          "from redis.sentinel import Sentinel as S\n" +
          'r = S([("s1", 26379), ("s2", 26379)]).master_for("main")\n',
      },
      at: ["a.py:2"],
    },
    {
      about: "a limit of 30 s where Sentinel waits 5 s",
      files: {
        "sentinel.conf": sentinel,
        "a.py": [
          "from redis.sentinel import Sentinel",
          "options = dict(socket_timeout=30)",
          'r = Sentinel([("10.0.0.4", 26379)], **options).master_for("main", **options)',
        ].join("\n"),
      },
      at: ["a.py:2"],
      says: "30 s, longer than down-after-milliseconds of main, which is 5000 ms",
    },
    {
      about: "milliseconds given to phpredis, which counts in seconds",
      files: {
        "a.php": "<?php\n$r = new \\Redis();\n$r->connect('10.0.0.1', 6379, 500, null, 0, 500);\n",
      },
      at: ["a.php:3"],
      says: "500 s",
    },
    {
      about: "seconds given to ioredis, which counts in milliseconds",
      files: {
        "a.ts":
          'import Redis from "ioredis";\nconst r = new Redis({ host: "cache", commandTimeout: 2 });\n',
      },
      says: "2 ms",
    },
    {
      about: "ioredis behind require, without a limit for commands",
      files: {
        "a.js":
          'const { Redis: Client } = require("ioredis");\n' +
          'const r = new Client(6379, "cache");\nr.set("a", 1);\n',
      },
      at: ["a.js:2"],
      says: "commandTimeout",
    },
    {
      about: "node-redis whose connections to Redis have no limit",
      files: {
        "a.mjs": [
          'import { createSentinel } from "redis";',
          "const r = createSentinel({",
          '  name: "main",',
          '  sentinelRootNodes: [{ host: "s1", port: 26379 }, { host: "s2", port: 26379 }],',
          "  nodeClientOptions: { socket: { connectTimeout: 500 } },",
          "});",
        ].join("\n"),
      },
      at: ["a.mjs:2"],
      says: "socketTimeout",
    },
    {
      about: "Perl that limits connecting only",
      files: {
        "worker.pl":
          "use Redis;\nmy $r = Redis->new(server => 'cache:6379', cnx_timeout => 1);\n$r->incr('a');\n",
      },
      at: ["worker.pl:2"],
      says: "read_timeout",
    },
    {
      about: "hiredis without redisSetTimeout",
      files: {
        "a.cpp": [
          "#include <hiredis/hiredis.h>",
          "int main() {",
          "  timeval limit = {1, 0};",
          '  redisContext *c = redisConnectWithTimeout("cache", 6379, limit);',
          '  redisCommand(c, "SET a 1");',
          "}",
        ].join("\n"),
      },
      at: ["a.cpp:4"],
      says: "redisSetTimeout",
    },
    {
      about: "Predis with Sentinel, whose limits in URLs are for Sentinels only",
      files: {
        "a.php": [
          "<?php",
          "use Predis\\Client;",
          "$r = new Client(['tcp://s1:26379?read_write_timeout=1', 'tcp://s2:26379'],",
          "  ['replication' => 'sentinel', 'service' => 'main', 'parameters' => ['timeout' => 0.5]]);",
        ].join("\n"),
      },
      says: "read_write_timeout",
    },
  ],
  passes: [
    {
      about: "a socket of the same machine, which connects at once",
      files: {
        "a.php":
          "<?php\n$r = new Redis();\n$r->pconnect('/run/redis/redis.sock');\n" +
          "$r->setOption(Redis::OPT_READ_TIMEOUT, 2);\n$r->set('a', 1);\n",
      },
    },
    {
      about: "a connection for BullMQ, whose workers wait for jobs without a limit",
      files: {
        "a.ts":
          'import IORedis from "ioredis";\n' +
          'const connection = new IORedis({ host: "queue", maxRetriesPerRequest: null });\n' +
          'export const queue = new Queue("mail", { connection });\n',
      },
    },
    {
      about: "options that come from elsewhere",
      files: {
        "a.py": "import redis\nfrom settings import OPTIONS\nr = redis.Redis(**OPTIONS)\nr.get('a')\n",
        "a.ts":
          'import Redis from "ioredis";\nimport { options } from "./options.js";\n' +
          "const r = new Redis(options);\n",
        "a.pl": "use Redis;\nmy $r = Redis->new(%{ $config->{redis} });\n",
      },
    },
    {
      about: "a limit that a variable holds",
      files: { "a.py": "import redis\nr = redis.Redis(host='x', socket_timeout=LIMIT)\nr.get('a')\n" },
    },
    {
      about: "classes of the same name that are not clients",
      files: {
        "a.php":
          "<?php\nnamespace App;\nuse Illuminate\\Support\\Facades\\Redis;\n$r = new Redis();\n" +
          "$r->connect('x');\n",
        "b.php": "<?php\nnamespace App\\Cache;\n$r = new Redis();\n$r->connect('x', 6379);\n",
        "a.py": "from .redis import Redis\nr = Redis(host='x')\nr.get('a')\n",
        "a.ts": 'import { Redis } from "@upstash/redis";\nconst r = new Redis({ url: "https://x" });\n',
        "a.pl": "# use Redis;\nmy $r = Redis->new(server => 'x:1');\n",
      },
    },
    {
      about: "a subscriber, which waits on purpose",
      files: {
        "a.py": "import redis\nr = redis.Redis(host='x')\np = r.pubsub()\np.subscribe('news')\n",
      },
    },
    {
      about: "phpredis with its option for reads, and default_socket_timeout",
      files: {
        "a.php":
          "<?php\n$r = new Redis();\n$r->connect('x', 6379, 1);\n" +
          "$r->setOption(Redis::OPT_READ_TIMEOUT, 1);\n$r->get('a');\n",
        "b.php":
          "<?php\nini_set('default_socket_timeout', 1);\n$r = new Redis();\n" +
          "$r->connect('x', 6379, 1);\n$r->get('a');\n",
      },
    },
    {
      about: "redis-plus-plus with both limits",
      files: {
        "a.cpp": [
          "#include <sw/redis++/redis++.h>",
          "using namespace sw::redis;",
          "int main() {",
          "  SentinelOptions so;",
          '  so.nodes = {{"s1", 26379}, {"s2", 26379}};',
          "  so.connect_timeout = std::chrono::milliseconds(300);",
          "  so.socket_timeout = 300ms;",
          "  ConnectionOptions co;",
          "  co.connect_timeout = std::chrono::milliseconds(500);",
          "  co.socket_timeout = std::chrono::milliseconds(500);",
          '  Redis redis(std::make_shared<Sentinel>(so), "main", Role::MASTER, co);',
          '  redis.set("a", "b");',
          "}",
        ].join("\n"),
      },
    },
  ],
});
