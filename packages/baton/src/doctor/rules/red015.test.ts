// RED015 put to the test.
import { testRule } from "../rule.fixture.ts";
import { red015 } from "./red015.ts";

const sentinel = (host: number): string =>
  `bind 10.0.0.${String(host)}\nsentinel monitor main 10.0.0.1 6379 2\n`;
const sentinels = {
  "h1/sentinel.conf": sentinel(1),
  "h2/sentinel.conf": sentinel(2),
  "h3/sentinel.conf": sentinel(3),
};

const node = (host: number): string =>
  `bind 10.0.0.${String(host)}\n${host === 1 ? "" : "replicaof 10.0.0.1 6379\n"}`;

testRule(red015, {
  finds: [
    {
      about: "a primary that only Sentinel's file shows to be one",
      files: { "h1/redis.conf": node(1), "h1/sentinel.conf": sentinel(1) },
      at: ["h1/redis.conf:1"],
      says: "0 (the default)",
    },
    {
      about: "an explicit 0",
      files: { "redis.conf": "replicaof 10.0.0.1 6379\nmin-replicas-to-write 0\n" },
      at: ["redis.conf:2"],
    },
  ],
  passes: [
    {
      about: "a replica that is never promoted",
      files: { "redis.conf": "bind 10.0.0.2\nreplicaof 10.0.0.1 6379\nreplica-priority 0\n" },
    },
    {
      about: "a group with one replica",
      files: { ...sentinels, "h1/redis.conf": node(1), "h2/redis.conf": node(2) },
    },
    { about: "a lonely server", files: { "redis.conf": "bind 127.0.0.1\nport 6379\n" } },
    {
      about: "a placeholder",
      files: { "redis.conf": "replicaof 10.0.0.1 6379\nmin-replicas-to-write {{ n }}\n" },
    },
  ],
});
