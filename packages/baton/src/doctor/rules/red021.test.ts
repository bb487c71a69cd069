// RED021 put to the test.
import { testRule } from "../rule.fixture.ts";
import { red021 } from "./red021.ts";

testRule(red021, {
  finds: [
    {
      about: "Redis' own name of it",
      files: { "redis.conf": "port 6379\nrepl-diskless-load flushdb\n" },
      at: ["redis.conf:2"],
    },
  ],
  passes: [
    {
      about: "loading into an empty node",
      files: { "redis.conf": "port 6379\nrepl-diskless-load on-empty-db\n" },
    },
  ],
});
