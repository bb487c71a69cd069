// RED034 put to the test.
import { testRule } from "../rule.fixture.ts";
import { red034 } from "./red034.ts";

testRule(red034, {
  finds: [
    {
      about: "snapshots alone, more seldom than may be lost",
      files: { "redis.conf": "port 6379\nappendonly no\nsave 900 1\nsave 60 1000\n" },
      policy: { rpoMs: 60_000 },
      at: ["redis.conf:3"],
      says: "900 s",
    },
  ],
  passes: [
    {
      about: "snapshots when nobody said what may be lost",
      files: { "redis.conf": "port 6379\nappendonly no\nsave 900 1\n" },
    },
    { about: "the default", files: { "redis.conf": "port 6379\nappendonly yes\n" } },
    {
      about: "no persistence at all",
      files: { "redis.conf": 'port 6379\nsave ""\n' },
      policy: { rpoMs: 1000 },
    },
  ],
});
