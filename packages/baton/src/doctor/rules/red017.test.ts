// RED017 put to the test.
import { testRule } from "../rule.fixture.ts";
import { red017 } from "./red017.ts";

const replica = "bind 10.0.0.2\nreplicaof 10.0.0.1 6379\n";

testRule(red017, {
  finds: [
    {
      about: "the one of three that differs",
      files: {
        "h1/redis.conf": "bind 10.0.0.1\nmin-replicas-max-lag 3\n",
        "h2/redis.conf": `${replica}min-replicas-max-lag 30\n`,
        "h3/redis.conf": "bind 10.0.0.3\nreplicaof 10.0.0.1 6379\nmin-replicas-max-lag 3\n",
      },
      at: ["h2/redis.conf:3"],
    },
  ],
  passes: [
    {
      about: "a placeholder beside a number",
      files: {
        "h1/redis.conf": "bind 10.0.0.1\nmin-replicas-to-write 1\n",
        "h2/redis.conf": `${replica}min-replicas-to-write {{ n }}\n`,
      },
    },
    {
      about: "two servers that have nothing to do with each other",
      files: {
        "a/redis.conf": "bind 10.0.0.1\nmin-replicas-to-write 1\n",
        "b/redis.conf": "bind 10.0.0.2\n",
      },
    },
  ],
});
