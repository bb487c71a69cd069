// CLI011 put to the test.
import { testRule } from "../rule.fixture.ts";
import { cli011 } from "./cli011.ts";

const python = (imports: string, handlers: string): string =>
  `import redis\n${imports}\nr = redis.Redis("cache")\ntry:\n    r.set("a", 1)\n${handlers}`;
const cpp = (types: string): string =>
  `#include <sw/redis++/redis++.h>\nint main() {\n` +
  `  sw::redis::Redis r("tcp://cache:6379");\n  try { r.set("a", "b"); }\n  ${types}\n}\n`;
const php = (type: string): string =>
  `<?php\nuse Predis\\Connection\\ConnectionException;\n` +
  `$r = new Predis\\Client('tcp://cache');\ntry {\n  $r->set('a', 1);\n} catch (${type} $e) {\n}\n`;

testRule(cli011, {
  finds: [
    {
      about: "a class of C++, by the name that it has there",
      files: {
        "a.cpp":
          "#include <sw/redis++/redis++.h>\nint main() {\n" +
          '  auto r = sw::redis::Redis("tcp://cache:6379");\n' +
          '  try { r.incr("a"); } catch (const sw::redis::TimeoutError &e) {}\n}\n',
      },
      at: ["a.cpp:4"],
      says: "Catching sw::redis::TimeoutError misses",
    },
    {
      about: "Python's own ConnectionError, which catches nothing of redis-py",
      files: { "a.py": python("", "except ConnectionError:\n    pass\n") },
      at: ["a.py:6"],
      says: "Python's own class",
    },
    {
      about: "an imported ConnectionError with another name",
      files: {
        "a.py": python(
          "from redis.exceptions import ConnectionError as Lost",
          "except Lost as e:\n    pass\n",
        ),
      },
      says: "redis.TimeoutError",
    },
    {
      about: "redis-plus-plus with TimeoutError only",
      files: { "a.cpp": cpp("catch (const sw::redis::TimeoutError &error) {}") },
      at: ["a.cpp:5"],
    },
    {
      about: "Predis with ConnectionException only",
      files: { "a.php": php("ConnectionException") },
      at: ["a.php:6"],
    },
  ],
  passes: [
    {
      about: "the base class, bare handlers, and an outer one",
      files: {
        "a.py": python("from redis import RedisError", "except RedisError:\n    pass\n"),
        "b.py": python("", "except redis.ConnectionError:\n    pass\nexcept:\n    pass\n"),
        "c.py":
          'import redis\nr = redis.Redis("cache")\ntry:\n    try:\n        r.set("a", 1)\n' +
          "    except redis.ConnectionError:\n        pass\nexcept Exception:\n    pass\n",
        "a.cpp": cpp("catch (const sw::redis::IoError &e) {} catch (const sw::redis::Error &e) {}"),
        "b.cpp": cpp("catch (...) {}"),
        "a.php": php("\\Throwable"),
        "b.php": php("ConnectionException | Predis\\Response\\ServerException"),
      },
    },
    {
      about: "handlers around other calls",
      files: {
        "a.py":
          'import redis\nr = redis.Redis("cache")\ntry:\n    fetch()\nexcept ConnectionError:\n' +
          '    r.get("a")\n',
      },
    },
    {
      about: "types that cannot be seen",
      files: { "a.py": python("from errors import STORE_ERRORS", "except STORE_ERRORS:\n    pass\n") },
    },
  ],
});
