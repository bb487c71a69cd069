// RED019 put to the test.
import { testRule } from "../rule.fixture.ts";
import { red019 } from "./red019.ts";

testRule(red019, {
  finds: [
    {
      about: "one of several classes on a line",
      files: {
        "redis.conf": "port 6379\nclient-output-buffer-limit normal 0 0 0 replica 32mb 8mb 60\n",
      },
      at: ["redis.conf:2"],
      says: "32mb",
    },
    {
      about: "a small soft limit",
      files: { "redis.conf": "client-output-buffer-limit replica 0 8mb 60\n" },
    },
  ],
  passes: [
    {
      about: "Redis' default",
      files: { "redis.conf": "client-output-buffer-limit replica 256mb 64mb 60\n" },
    },
    {
      about: "a last line that is large enough",
      files: {
        "redis.conf":
          "client-output-buffer-limit replica 1mb 1mb 60\nclient-output-buffer-limit slave 512mb 128mb 60\n",
      },
    },
    { about: "nothing at all", files: { "redis.conf": "port 6379\nappendonly yes\n" } },
  ],
});
