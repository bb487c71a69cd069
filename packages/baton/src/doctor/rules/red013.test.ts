// RED013 put to the test.
import { testRule } from "../rule.fixture.ts";
import { red013 } from "./red013.ts";

testRule(red013, {
  finds: [
    {
      about: "the older name",
      files: { "redis.conf": "replica-read-only yes\nslave-read-only no\n" },
      at: ["redis.conf:2"],
    },
    {
      about: "a running node, whose file says otherwise",
      files: { "redis.conf": "bind 10.0.0.1\nport 6379\nreplica-read-only yes\n" },
      live: {
        redis: [{ address: "10.0.0.1", port: 6379, settings: new Map([["replica-read-only", "no"]]) }],
      },
      at: ["10.0.0.1:6379:0"],
    },
  ],
  passes: [{ about: "a placeholder", files: { "redis.conf": "replica-read-only {{ read_only }}\n" } }],
});
