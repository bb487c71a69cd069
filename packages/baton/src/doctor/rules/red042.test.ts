// RED042 put to the test.
import { testRule } from "../rule.fixture.ts";
import { red042 } from "./red042.ts";

testRule(red042, {
  finds: [
    {
      about: "the last line of its name",
      files: { "redis.conf": "tcp-keepalive 60\ntcp-keepalive 0\n" },
      at: ["redis.conf:2"],
    },
  ],
  passes: [
    {
      about: "a file that does not speak of it",
      files: { "redis.conf": "port 6379\nappendonly yes\n" },
    },
  ],
});
