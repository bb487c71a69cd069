// RED025 put to the test.
import { testRule } from "../rule.fixture.ts";
import { red025 } from "./red025.ts";

testRule(red025, {
  finds: [
    {
      about: "the older name",
      files: { "redis.conf": "port 6379\nslave-ignore-maxmemory no\n" },
      at: ["redis.conf:2"],
    },
  ],
  passes: [
    { about: "a placeholder", files: { "redis.conf": "port 6379\nreplica-ignore-maxmemory {{ i }}\n" } },
  ],
});
