import { testRule } from "../rule.fixture.ts";
import { redisFiles, sentinelFiles } from "../rule-examples.ts";
import { sen042 } from "./sen042.ts";

testRule(sen042, {
  finds: [
    {
      about: "a later Valkey 9 as a warning",
      files: files("# Valkey 9.0.1\n"),
      severity: "warning",
      says: "+failover, +client|pause and +client|unpause",
    },
    { about: "9.0.0 as an error", files: files("# Valkey 9.0.0\n"), severity: "error" },
  ],
  passes: [
    { about: "Redis 8", files: files("# Redis 8.0.1\n") },
    { about: "a version that is not known", files: files("") },
  ],
});

function files(head: string) {
  const rights = "+multi +exec +slaveof +config|rewrite +client|kill +ping +info +publish +subscribe";
  const [own] = Object.values(redisFiles({ count: 1, lines: [`user watcher on >tulip &* ${rights}`] }));
  return {
    "h1/redis.conf": `${head}${own ?? ""}`,
    ...sentinelFiles({ lines: ["sentinel auth-user main watcher", "sentinel auth-pass main tulip"] }),
  };
}
