// RED018 put to the test.
import { testRule } from "../rule.fixture.ts";
import { red018 } from "./red018.ts";

testRule(red018, {
  finds: [
    {
      about: "the default of a version that is known",
      files: { "redis.conf": "# Redis 7.0.15\nport 6379\nreplicaof 10.0.0.1 6379\n" },
      at: ["redis.conf:1"],
    },
  ],
  passes: [
    {
      about: "a replica that is never promoted",
      files: { "redis.conf": "bind 10.0.0.2\nreplicaof 10.0.0.1 6379\nreplica-priority 0\n" },
    },
    {
      about: "the default of a version that is not known, as Valkey has another",
      files: { "redis.conf": "port 6379\nreplicaof 10.0.0.1 6379\n" },
    },
    { about: "a lonely server", files: { "redis.conf": "port 6379\nrepl-backlog-size 1mb\n" } },
  ],
});
