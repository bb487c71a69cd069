// RED020 put to the test.
import { testRule } from "../rule.fixture.ts";
import { red020 } from "./red020.ts";

testRule(red020, {
  finds: [
    {
      about: "pings as seldom as the default timeout",
      files: { "redis.conf": "port 6379\nrepl-ping-slave-period 60\n" },
      at: ["redis.conf:2"],
    },
  ],
  passes: [
    { about: "the defaults", files: { "redis.conf": "port 6379\nappendonly yes\n" } },
    { about: "a placeholder", files: { "redis.conf": "port 6379\nrepl-timeout {{ timeout }}\n" } },
  ],
});
