import { clusterWith } from "../live/live.fixture.ts";
import { testRule } from "../rule.fixture.ts";
import { redisFiles, sentinelFiles } from "../rule-examples.ts";
import { sen041 } from "./sen041.ts";

testRule(sen041, {
  finds: [
    {
      about: "no channel on a running node",
      files: sentinelFiles({
        lines: ["sentinel auth-user main watcher", "sentinel auth-pass main tulip"],
      }),
      live: clusterWith({
        nodes: {
          2: { users: [{ name: "watcher", line: "user watcher on resetchannels +@all" }] },
        },
      }),
      at: ["10.0.0.2:6379:0"],
      severity: "error",
    },
    { about: "another channel", files: files("", "resetchannels &other"), severity: "error" },
    { about: "no channel in 7.0", files: files("# Redis 7.0.15\n", ""), severity: "error" },
    {
      about: "no channel in an unknown version, as a warning",
      files: files("", ""),
      severity: "warning",
      says: "from Redis 7.0 on",
    },
  ],
  passes: [
    { about: "a version that knows no rights to channels", files: files("# Redis 6.0.16\n", "") },
    { about: "no channel in 6.2, where it has all", files: files("# Redis 6.2.6\n", "") },
    {
      about: "no channel where all are the default",
      files: files("# Redis 7.0.15\nacl-pubsub-default allchannels\n", ""),
    },
    { about: "a pattern", files: files("", "resetchannels &__sentinel__:*") },
    { about: "a placeholder", files: files("", "{{ channels }}") },
  ],
});

function files(head: string, channels: string) {
  const [own] = Object.values(
    redisFiles({ count: 1, lines: [`user watcher on >tulip ${channels} +@all`] }),
  );
  return {
    "h1/redis.conf": `${head}${own ?? ""}`,
    ...sentinelFiles({ lines: ["sentinel auth-user main watcher", "sentinel auth-pass main tulip"] }),
  };
}
