// RED033 put to the test.
import { testRule } from "../rule.fixture.ts";
import { red033 } from "./red033.ts";

const sentinel = (host: number): string =>
  `bind 10.0.0.${String(host)}\nsentinel monitor main 10.0.0.1 6379 2\n`;
const sentinels = {
  "h1/sentinel.conf": sentinel(1),
  "h2/sentinel.conf": sentinel(2),
  "h3/sentinel.conf": sentinel(3),
};

const node = (host: number, priority: string): string =>
  `bind 10.0.0.${String(host)}\nreplica-priority ${priority}\n` +
  (host === 1 ? "" : "replicaof 10.0.0.1 6379\n");

testRule(red033, {
  finds: [
    {
      about: "0 on every node",
      files: { ...sentinels, "h1/redis.conf": node(1, "0"), "h2/redis.conf": node(2, "0") },
    },
  ],
  passes: [
    {
      about: "a group of which a node is not here",
      files: { ...sentinels, "h2/redis.conf": node(2, "0"), "h3/redis.conf": node(3, "0") },
    },
    {
      about: "a priority to be filled in",
      files: {
        ...sentinels,
        "h1/redis.conf": node(1, "100"),
        "h2/redis.conf": node(2, "0"),
        "h3/redis.conf": node(3, "{{ priority }}"),
      },
    },
  ],
});
