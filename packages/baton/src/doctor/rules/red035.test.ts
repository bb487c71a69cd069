// RED035 put to the test.
import { testRule } from "../rule.fixture.ts";
import { red035 } from "./red035.ts";

testRule(red035, {
  finds: [
    {
      about: "a node that Sentinel watches",
      files: {
        "h1/redis.conf": "bind 10.0.0.1\ncluster-enabled yes\n",
        "h1/sentinel.conf": "sentinel monitor main 10.0.0.1 6379 2\n",
      },
      at: ["h1/redis.conf:2"],
      says: "as main",
    },
  ],
  passes: [
    {
      about: "cluster mode off",
      files: { "redis.conf": "cluster-enabled no\nreplicaof 10.0.0.1 6379\n" },
    },
  ],
});
