// CLI013 put to the test.
import { testRule } from "../rule.fixture.ts";
import { cli013 } from "./cli013.ts";

testRule(cli013, {
  finds: [
    {
      about: "dropped answers in every language",
      files: {
        "a.py": 'import redis\nr = redis.Redis("cache")\nr.set("a", 1)\nr.wait(1, 100)\n',
        "a.pl":
          "use Redis;\nmy $r = Redis->new(server => $s);\n$r->set(a => 1);\n$r->wait(1, 100);\n" +
          "print 'done';\n",
        "a.php": "<?php\n$r = new Redis();\n$r->connect('cache');\n$r->wait(1, 100);\n",
        "a.cpp":
          "#include <sw/redis++/redis++.h>\nint main() {\n" +
          '  sw::redis::Redis r("tcp://cache");\n  r.set("a", "b");\n  r.wait(1, 100);\n}\n',
      },
      at: ["a.py:4", "a.pl:4", "a.php:4", "a.cpp:5"],
    },
  ],
  passes: [
    {
      about: "answers that are looked at or handed on",
      files: {
        "a.py":
          'import redis\nr = redis.Redis("cache")\nn = r.wait(1, 100)\nassert r.wait(1, 100) >= 1\n',
        "a.pl":
          "use Redis;\nmy $r = Redis->new(server => $s);\n$r->wait(1, 100) >= 1 or die;\n" +
          "sub w { $r->wait(1, 100) }\nsub v { return $r->wait(1, 100); }\n",
        "a.php":
          "<?php\n$r = new Redis();\n$r->connect('cache');\nif ($r->wait(1, 100) < 1) { fail(); }\n",
      },
    },
    {
      about: "another wait",
      files: { "a.py": 'import redis\nr = redis.Redis("cache")\nevent.wait(1, 100)\nr.wait()\n' },
    },
  ],
});
