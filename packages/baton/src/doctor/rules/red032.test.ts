// RED032 put to the test.
import { testRule } from "../rule.fixture.ts";
import { red032 } from "./red032.ts";

testRule(red032, {
  finds: [
    {
      about: "the older name of the priority",
      files: { "redis.conf": "port 6379\nreplica-announced no\nslave-priority 50\n" },
      at: ["redis.conf:2"],
      says: "50",
    },
  ],
  passes: [
    { about: "a replica for everybody", files: { "redis.conf": "port 6379\nreplica-announced yes\n" } },
    {
      about: "a placeholder",
      files: { "redis.conf": "port 6379\nreplica-announced no\nreplica-priority {{ p }}\n" },
    },
  ],
});
