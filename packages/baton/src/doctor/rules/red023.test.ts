// RED023 put to the test.
import { testRule } from "../rule.fixture.ts";
import { red023 } from "./red023.ts";

const replica = "bind 10.0.0.2\nreplicaof 10.0.0.1 6379\n";

testRule(red023, {
  finds: [
    {
      about: "another way to evict",
      files: {
        "h1/redis.conf": "bind 10.0.0.1\nmaxmemory-policy allkeys-lru\n",
        "h2/redis.conf": replica,
      },
      at: ["h2/redis.conf:1"],
      says: "noeviction (the default)",
    },
  ],
  passes: [
    {
      about: "a limit to be filled in",
      files: {
        "h1/redis.conf": "bind 10.0.0.1\nmaxmemory 2gb\n",
        "h2/redis.conf": `${replica}maxmemory {{ m }}\n`,
      },
    },
  ],
});
