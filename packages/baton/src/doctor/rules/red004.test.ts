// RED004 put to the test.
import { testRule } from "../rule.fixture.ts";
import { red004 } from "./red004.ts";

testRule(red004, {
  finds: [
    {
      about: "the version in the head of the file",
      files: { "redis.conf": "# Redis 6.2.6\nbind 10.0.0.1\nport 6379\n" },
      at: ["redis.conf:2"],
    },
  ],
  passes: [
    { about: "a version that is not known", files: { "redis.conf": "bind 10.0.0.1\nport 6379\n" } },
    { about: "6.2 without a bind line", files: { "redis.conf": "# Redis 6.2.6\nport 6379\n" } },
    {
      about: "6.2 with a password",
      files: { "redis.conf": "# Redis 6.2.6\nbind 10.0.0.1\nrequirepass kept-elsewhere\n" },
    },
  ],
});
