// CLI002 put to the test.
import { testRule } from "../rule.fixture.ts";
import { cli002 } from "./cli002.ts";

testRule(cli002, {
  finds: [
    {
      about: "Perl arguments that are ignored, and a method that is sent as a command",
      files: {
        "worker.pl": [
          "use Redis::Sentinel;",
          "my $sentinel = Redis::Sentinel->new(",
          "  sentinels => [ { host => '10.0.0.4', port => 26379 } ], service_name => 'main',",
          ");",
          "my $master = $sentinel->discover_master('main');",
        ].join("\n"),
      },
      at: ["worker.pl:2", "worker.pl:5"],
    },
    {
      about: "Perl Sentinels as hashes, and a missing service",
      files: {
        "a.pl":
          "use Redis;\n" +
          "my $r = Redis->new(sentinels => [{ host => 'a', port => 1 }], service => 'main');\n",
        "b.pl": "use Redis;\nmy $r = Redis->new(sentinels => [qw(a:1 b:1)], read_timeout => 1);\n",
      },
      at: ["a.pl:2", "b.pl:2"],
    },
    {
      about: "Sentinels given to createClient of node-redis",
      files: {
        "a.ts":
          'import { createClient } from "redis";\n' +
          'const r = createClient({ sentinels: [{ host: "s1", port: 26379 }], name: "main" });\n',
      },
      says: "ignores sentinels",
    },
    {
      about: "ioredis with Sentinels and no name, and createSentinel without root nodes",
      files: {
        "a.ts":
          'import Redis from "ioredis";\n' +
          'const r = new Redis({ sentinels: [{ host: "s1", port: 26379 }], masterName: "main" });\n',
        "b.ts":
          'import * as redis from "@redis/client";\n' +
          'const r = redis.createSentinel({ name: "main", nodes: [] });\n',
      },
      at: ["a.ts:2", "b.ts:2"],
    },
    {
      about: "arguments and methods that redis-py does not have",
      files: {
        "a.py": 'import redis\nr = redis.Redis(sentinels=[("s1", 26379)], service_name="main")\n',
        "b.py":
          'from redis.sentinel import Sentinel\ns = Sentinel([("s1", 26379), ("s2", 26379)])\n' +
          'r = s.get_master("main")\n',
      },
      at: ["a.py:2", "b.py:3"],
    },
    {
      about: "a C++ header and class that no client has",
      files: {
        "a.cpp": [
          "#include <redis/redis.h>",
          "int main() {",
          '  std::vector<std::pair<std::string, int>> sentinels = {{"10.0.0.4", 26379}};',
          '  redis::Redis client(sentinels, "main", "secret");',
          "}",
        ].join("\n"),
        "b.cpp":
          "#include <sw/redis++/redis++.h>\nint main() {\n" +
          '  sw::redis::Redis r({{"10.0.0.4", 26379}}, "main");\n}\n',
      },
      at: ["a.cpp:4", "b.cpp:3"],
    },
    {
      about: "WordPress with Sentinel and phpredis, set or left to the plugin",
      files: {
        "wp-config.php":
          "<?php\ndefine('WP_REDIS_CLIENT', 'phpredis');\ndefine('WP_REDIS_SENTINEL', 'main');\n",
        "site2/wp-config.php": "<?php\ndefine( 'WP_REDIS_SENTINEL', 'main' );\n",
      },
      at: ["wp-config.php:2", "site2/wp-config.php:2"],
    },
  ],
  passes: [
    {
      about: "what the libraries have",
      files: {
        "a.pl": [
          "use Redis;",
          "my $r = Redis->new(sentinels => ['a:1', 'b:1'], service => 'main', read_timeout => 1);",
          "my $s = Redis::Sentinel->new(server => 'a:1');",
          "my $address = $s->get_service_address('main');",
        ].join("\n"),
        "a.py": 'import redis\ns = redis.Sentinel([("s1", 1)])\nprint(s.discover_master("main"))\n',
        "a.ts": 'import Redis from "ioredis";\nconst r = new Redis({ sentinels, name: "main" });\n',
        "b.ts":
          'import { createSentinel } from "redis";\n' +
          'const r = createSentinel({ name: "main", sentinelRootNodes });\n',
        "wp-config.php":
          "<?php\ndefine('WP_REDIS_CLIENT', 'predis');\ndefine('WP_REDIS_SENTINEL', 'main');\n",
        "a.cpp":
          '#include <sw/redis++/redis++.h>\nint main() { sw::redis::Redis r(sentinel, "main"); }\n',
      },
    },
    {
      about: "the same names on objects of other classes",
      files: {
        "a.php": "<?php\n$r = new App\\Redis();\n$r->connectSentinel('x');\n// redis\n",
        "a.py": "import redis\nfrom app import Sentinel\ns = Sentinel()\ns.get_master('main')\n",
        "a.pl": "use Redis;\nmy $s = My::Sentinel->new(sentinels => []);\n$s->discover_master('x');\n",
        "a.ts": 'import { createClient } from "./redis.js";\ncreateClient({ sentinels: [] });\n',
      },
    },
    {
      about: "options that a spread may hold",
      files: {
        "a.ts": 'import Redis from "ioredis";\nconst r = new Redis({ sentinels: [], ...options });\n',
      },
    },
  ],
});
