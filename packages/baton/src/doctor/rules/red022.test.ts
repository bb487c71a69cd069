// RED022 put to the test.
import { testRule } from "../rule.fixture.ts";
import { red022 } from "./red022.ts";

const sentinel = (host: number): string =>
  `bind 10.0.0.${String(host)}\nsentinel monitor main 10.0.0.1 6379 2\n`;
const sentinels = {
  "h1/sentinel.conf": sentinel(1),
  "h2/sentinel.conf": sentinel(2),
  "h3/sentinel.conf": sentinel(3),
};

const conf = "bind 10.0.0.1\nrepl-diskless-sync yes\nrepl-diskless-sync-delay 5\n";
const replica = (host: number): string => `bind 10.0.0.${String(host)}\nreplicaof 10.0.0.1 6379\n`;

testRule(red022, {
  finds: [
    {
      about: "the default delay of 7.0, on both nodes",
      files: {
        ...sentinels,
        "h1/redis.conf": "# Redis 7.0.15\nbind 10.0.0.1\n",
        "h2/redis.conf": `# Redis 7.0.15\n${replica(2)}`,
      },
      at: ["h1/redis.conf:1", "h2/redis.conf:1"],
    },
  ],
  passes: [
    {
      about: "two replicas, which may join each other",
      files: {
        ...sentinels,
        "h1/redis.conf": conf,
        "h2/redis.conf": replica(2),
        "h3/redis.conf": replica(3),
      },
    },
  ],
});
