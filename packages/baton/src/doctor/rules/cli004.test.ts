// CLI004 put to the test.
import { testRule } from "../rule.fixture.ts";
import { cli004 } from "./cli004.ts";

const ioredis = (options: string): string =>
  `import Redis from "ioredis";\n` +
  `const r = new Redis({ sentinels: [{ host: "s1", port: 1 }], name: "main", ${options} });\n`;
const python = (text: string): string =>
  `from redis.sentinel import Sentinel\nr = Sentinel([("s1", 1)]).master_for("main")\n${text}\n`;

testRule(cli004, {
  finds: [
    {
      about: "ioredis with its defaults, as an error where replicas are asked for",
      files: {
        "a.ts": ioredis("commandTimeout: 500"),
        "h1/sentinel.conf": "sentinel monitor main 10.0.0.1 6379 2\n",
        "h1/redis.conf": "bind 10.0.0.1\nmin-replicas-to-write 1\n",
      },
      at: ["a.ts:2"],
      severity: "error",
    },
    {
      about: "a switch off that says so",
      files: { "a.ts": ioredis("failoverDetector: false") },
      severity: "warning",
    },
    {
      about: "Python, Perl and PHP that look for READONLY only",
      files: {
        "a.py": python(
          'try:\n    r.set("a", 1)\nexcept Exception as e:\n    if "READONLY" in str(e): reset()',
        ),
        "a.pl":
          "use Redis;\nmy $r = Redis->new(sentinels => ['s1:1'], service => 'main');\n" +
          "reset() if $@ =~ /^READONLY/;\n",
        "a.php":
          "<?php\n$s = new RedisSentinel('s1', 1);\n$a = $s->getMasterAddrByName('main');\n" +
          "$r = new Redis();\n$r->connect($a[0]);\n" +
          "if (str_contains($e->getMessage(), 'READONLY')) { reset(); }\n",
      },
      at: ["a.py:6", "a.pl:3", "a.php:6"],
    },
  ],
  passes: [
    {
      about: "ioredis that follows +switch-master itself",
      files: { "a.ts": ioredis("failoverDetector: true") },
    },
    { about: "a function from elsewhere", files: { "a.ts": ioredis("reconnectOnError") } },
    { about: "a spread of options", files: { "a.ts": ioredis("...options") } },
    { about: "a client for replicas", files: { "a.ts": ioredis('role: "slave"') } },
    {
      about: "Python that knows both",
      files: { "a.py": python('CODES = ("READONLY", "NOREPLICAS", "LOADING", "MASTERDOWN")') },
    },
    {
      about: "READONLY in code without Sentinel",
      files: { "a.py": 'import redis\nr = redis.Redis("cache")\nprint("READONLY")\n' },
    },
  ],
});
