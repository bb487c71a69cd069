// CLI009 put to the test.
import { testRule } from "../rule.fixture.ts";
import { cli009 } from "./cli009.ts";

const sentinel = (ip: string): string =>
  `bind ${ip}\nport 26379\nsentinel monitor main 10.0.0.1 6379 2\n`;
const known = (ip: string, others: readonly string[]): string =>
  sentinel(ip) +
  others
    .map((other, index) => `sentinel known-sentinel main ${other} 26379 ${String(index).repeat(40)}\n`)
    .join("");
const ips = ["10.0.0.4", "10.0.0.5", "10.0.0.6"];
const sentinels = Object.fromEntries(
  ips.map((ip) => [
    `${ip}/sentinel.conf`,
    known(
      ip,
      ips.filter((other) => other !== ip),
    ),
  ]),
);

testRule(cli009, {
  finds: [
    {
      about: "one Sentinel in every language",
      files: {
        "a.ts":
          'import Redis from "ioredis";\n' +
          'const r = new Redis({ sentinels: [{ host: "s1" }], name: "main" });\n',
        "b.ts":
          'import { createSentinel } from "redis";\n' +
          'const r = createSentinel({ name: "main", sentinelRootNodes: [{ host: "s1", port: ' +
          "26379 }] });\n",
        "a.php":
          "<?php\n" +
          "$r = new Predis\\Client(['tcp://s1:26379'], ['replication' => 'sentinel', 'service' " +
          "=> 'main']);\n",
        "b.php": "<?php\n$s = new RedisSentinel(['host' => 's1']);\n",
        "a.pl": "use Redis;\nmy $r = Redis->new(sentinels => ['s1:26379'], service => 'main');\n",
        "b.pl": "use Redis;\nmy $s = Redis::Sentinel->new(server => 's1:26379');\n",
        "a.cpp":
          "#include <sw/redis++/redis++.h>\nusing namespace sw::redis;\nint main() {\n" +
          '  SentinelOptions so;\n  so.nodes = {{"s1", 26379}};\n' +
          '  Redis r(std::make_shared<Sentinel>(so), "main");\n}\n',
      },
      at: ["a.ts:2", "b.ts:2", "a.php:2", "b.php:2", "a.pl:2", "b.pl:2", "a.cpp:5"],
    },
    {
      about: "the same Sentinel twice",
      files: {
        "a.pl": "use Redis;\nRedis->new(sentinels => [qw(s1:26379 s1:26379)], service => 'main');\n",
      },
    },
    {
      about: "a list with a Sentinel that is gone",
      files: {
        ...sentinels,
        "a.py":
          "from redis.sentinel import Sentinel\n" +
          'r = Sentinel([("10.0.0.4", 26379), ("10.0.0.9", 26379)]).master_for("main")\n',
      },
      says: "does not name 10.0.0.5:26379 and 10.0.0.6:26379, and names 10.0.0.9:26379",
    },
  ],
  passes: [
    {
      about: "all three in another order",
      files: {
        ...sentinels,
        "a.py":
          "from redis.sentinel import Sentinel\n" +
          'r = Sentinel([("10.0.0.6", 26379), ("10.0.0.4", 26379), ("10.0.0.5", ' +
          '26379)]).master_for("main")\n',
      },
    },
    {
      about: "names, which may be any of them",
      files: {
        ...sentinels,
        "a.py":
          "from redis.sentinel import Sentinel\n" +
          'r = Sentinel([("s1", 26379), ("s2", 26379)]).master_for("main")\n',
      },
    },
    {
      about: "lists that are put together elsewhere or grow",
      files: {
        "a.py":
          "from redis.sentinel import Sentinel\nr = Sentinel([(HOST, 26379)]).master_for('main')\n",
        "b.py":
          "from redis.sentinel import Sentinel\n" +
          "r = Sentinel([(h, 26379) for h in HOSTS]).master_for('main')\n",
        "a.ts":
          'import Redis from "ioredis";\n' +
          'const r = new Redis({ sentinels: [{ host: "s1" }, ...more], name: "main" });\n',
        "a.php": "<?php\nforeach ($hosts as $host) { $s = new RedisSentinel($host, 26379); }\n",
        "a.pl":
          "use Redis;\n" +
          "my $r = Redis->new(sentinels => [split /,/, $ENV{SENTINELS}], service => 'main');\n",
        "a.cpp":
          "#include <sw/redis++/redis++.h>\nusing namespace sw::redis;\nint main() {\n" +
          '  SentinelOptions so;\n  so.nodes = {{"s1", 26379}};\n' +
          "  so.nodes.push_back({host, 26379});\n" +
          '  Redis r(std::make_shared<Sentinel>(so), "main");\n}\n',
      },
    },
  ],
});
