// RED014 put to the test.
import { testRule } from "../rule.fixture.ts";
import { red014 } from "./red014.ts";

const sentinel = (host: number): string =>
  `bind 10.0.0.${String(host)}\nsentinel monitor main 10.0.0.1 6379 2\n`;
const sentinels = {
  "h1/sentinel.conf": sentinel(1),
  "h2/sentinel.conf": sentinel(2),
  "h3/sentinel.conf": sentinel(3),
};

const node = (host: number, more: string): string =>
  `bind 10.0.0.${String(host)}\n${more}${host === 1 ? "" : "replicaof 10.0.0.1 6379\n"}`;

testRule(red014, {
  finds: [
    {
      about: "all of them demanded, as a warning",
      files: {
        ...sentinels,
        "h1/redis.conf": node(1, "min-replicas-to-write 2\n"),
        "h2/redis.conf": node(2, ""),
        "h3/redis.conf": node(3, ""),
      },
      at: ["h1/redis.conf:2"],
      severity: "warning",
      says: "as soon as one node is missing",
    },
  ],
  passes: [
    {
      about: "one replica and one demanded, which is TOP005",
      files: {
        ...sentinels,
        "h1/redis.conf": node(1, "min-replicas-to-write 1\n"),
        "h2/redis.conf": node(2, ""),
      },
    },
    {
      about: "a group of which only one file is here",
      files: { "h1/redis.conf": node(1, "min-replicas-to-write 3\n"), "h1/sentinel.conf": sentinel(1) },
    },
  ],
});
