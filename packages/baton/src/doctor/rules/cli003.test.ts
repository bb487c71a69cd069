// CLI003 put to the test.
import { testRule } from "../rule.fixture.ts";
import { cli003 } from "./cli003.ts";

const perl = [
  "use Redis;",
  "my $address = Redis::Sentinel->new(server => 's1:26379')->get_service_address('main');",
  "my $r = Redis->new(server => $address);",
];
const python = [
  "import redis",
  "from redis.sentinel import Sentinel",
  'host, port = Sentinel([("s1", 26379)]).discover_master("main")',
  "r = redis.Redis(host, port)",
];
const cpp = [
  "#include <hiredis/hiredis.h>",
  "void work(redisContext *s) {",
  '  auto *a = (redisReply *)redisCommand(s, "SENTINEL get-master-addr-by-name %s", "main");',
  "  redisContext *c = redisConnect(a->element[0]->str, atoi(a->element[1]->str));",
  '  redisCommand(c, "SET a 1");',
];

testRule(cli003, {
  finds: [
    { about: "Perl without ROLE", files: { "a.pl": perl.join("\n") }, at: ["a.pl:2"] },
    { about: "redis-py without ROLE", files: { "a.py": python.join("\n") }, at: ["a.py:3"] },
    { about: "hiredis without ROLE", files: { "a.cpp": [...cpp, "}"].join("\n") }, at: ["a.cpp:3"] },
  ],
  passes: [
    { about: "Perl with ROLE", files: { "a.pl": [...perl, "my ($role) = $r->role;"].join("\n") } },
    {
      about: "redis-py with INFO replication",
      files: { "a.py": [...python, 'r.info("replication")["role"]'].join("\n") },
    },
    {
      about: "hiredis with ROLE",
      files: { "a.cpp": [...cpp, '  redisCommand(c, "ROLE");', "}"].join("\n") },
    },
    {
      about: "a file that only hands the address on",
      files: { "a.py": python.slice(1, 3).join("\n"), "b.pl": perl.slice(0, 2).join("\n") },
    },
    {
      about: "redis-py's own client for Sentinel, which finds the primary itself",
      files: {
        "a.py": 'from redis.sentinel import Sentinel\nr = Sentinel([("s1", 1)]).master_for("main")\n',
      },
    },
  ],
});
