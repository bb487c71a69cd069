import { nodeOf } from "../live/live.fixture.ts";
import { testRule } from "../rule.fixture.ts";
import { redisFiles, sentinelFiles } from "../rule-examples.ts";
import { sen042 } from "./sen042.ts";

const login = ["sentinel auth-user main watcher", "sentinel auth-pass main tulip"];
const sentinelLines = sentinelFiles({ count: 1, lines: login })["h1/sentinel.conf"] ?? "";

testRule(sen042, {
  finds: [
    {
      about: "a running node of Valkey 9, where no Sentinel's version is known",
      files: { "h1/sentinel.conf": sentinelLines },
      live: {
        redis: [
          nodeOf(1, {
            info: { valkey_version: "9.0.1" },
            users: [{ name: "watcher", line: "user watcher on ~* &* -@all +slaveof" }],
          }),
        ],
      },
      at: ["10.0.0.1:6379:0"],
      says: "for Valkey 9.0.1 (INFO of 10.0.0.1:6379)",
    },
    {
      about: "a Sentinel of Valkey 9 before nodes that are older",
      files: { ...files(""), "h1/sentinel.conf": `# Valkey 9.0.0\n${sentinelLines}` },
      severity: "error",
    },
    {
      about: "a later Valkey 9 as a warning",
      files: files("# Valkey 9.0.1\n"),
      severity: "warning",
      says: "+failover, +client|pause and +client|unpause",
    },
    { about: "9.0.0 as an error", files: files("# Valkey 9.0.0\n"), severity: "error" },
  ],
  passes: [
    {
      about: "a Sentinel that is older than the nodes",
      files: { ...files("# Valkey 9.0.0\n"), "h1/sentinel.conf": `# Valkey 8.1\n${sentinelLines}` },
    },
    { about: "Redis 8", files: files("# Redis 8.0.1\n") },
    { about: "a version that is not known", files: files("") },
  ],
});

function files(head: string) {
  const rights = "+multi +exec +slaveof +config|rewrite +client|kill +ping +info +publish +subscribe";
  const [own] = Object.values(redisFiles({ count: 1, lines: [`user watcher on >tulip &* ${rights}`] }));
  return {
    "h1/redis.conf": `${head}${own ?? ""}`,
    "h1/sentinel.conf": sentinelLines,
  };
}
