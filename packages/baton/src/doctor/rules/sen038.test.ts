import { testRule } from "../rule.fixture.ts";
import { redisFiles, sentinelFiles } from "../rule-examples.ts";
import { sen038 } from "./sen038.ts";

testRule(sen038, {
  finds: [
    {
      about: "each command on its line",
      files: {
        "h1/redis.conf":
          'port 6379\nrename-command EXEC ""\nrename-command FLUSHDB ""\nrename-command slaveof ""\n',
        ...sentinelFiles(),
      },
      at: ["h1/redis.conf:2", "h1/redis.conf:4"],
      severity: "error",
    },
    {
      about: "a node that no Sentinel was shown for as a warning",
      files: { "redis.conf": 'port 6379\nrename-command CONFIG ""\n' },
      severity: "warning",
    },
    {
      about: "a replica without its Sentinels",
      files: { "redis.conf": 'replicaof 10.0.0.1 6379\nrename-command CONFIG ""\n' },
      severity: "error",
    },
  ],
  passes: [
    {
      about: "a command with another name, which is another finding",
      files: { ...redisFiles({ lines: ["rename-command CONFIG tulip"] }), ...sentinelFiles() },
    },
    {
      about: "AUTH where there is no password",
      files: { ...redisFiles({ lines: ['rename-command AUTH ""'] }), ...sentinelFiles() },
    },
  ],
});
