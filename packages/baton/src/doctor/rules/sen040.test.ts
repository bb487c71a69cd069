import { clusterWith } from "../live/live.fixture.ts";
import { testRule } from "../rule.fixture.ts";
import { redisFiles, sentinelFiles } from "../rule-examples.ts";
import { sen040 } from "./sen040.ts";

testRule(sen040, {
  finds: [
    {
      about: "what a running node refuses, tried for real",
      live: clusterWith({
        nodes: { 2: { sentinelRights: [{ user: "watcher", refused: ["config|rewrite"] }] } },
      }),
      at: ["10.0.0.2:6379:0"],
      says: "lacks +config|rewrite, as ACL DRYRUN says",
      severity: "error",
    },
    {
      about: "config|rewrite missing",
      files: files(
        "+multi +exec +slaveof +client|kill +ping +info +publish +subscribe +script|kill " +
          "+client|setname",
      ),
      says: "lacks +config|rewrite;",
      severity: "error",
    },
    {
      about: "what only helps as a warning",
      files: files(
        "+multi +exec +slaveof +config|rewrite +client|kill +ping +info +publish +subscribe " +
          "+client|setname",
      ),
      says: "lacks +script|kill;",
      severity: "warning",
    },
    {
      about: "a category that takes one away",
      files: files("+@all -@dangerous"),
      says: "+slaveof, +config|rewrite, +client|kill and +info",
    },
    {
      about: "the default user, when Sentinel has no other",
      files: {
        ...redisFiles({ lines: ["user default on >tulip ~* &* +@all -@admin"] }),
        ...sentinelFiles({ lines: ["sentinel auth-pass main tulip"] }),
      },
    },
  ],
  passes: [
    {
      about: "a channel that is refused, and not the command: another finding",
      live: clusterWith({
        nodes: {
          2: {
            users: [
              { name: "watcher", line: "user watcher on resetchannels -@all +publish +subscribe" },
            ],
            sentinelRights: [{ user: "watcher", refused: ["publish", "subscribe"] }],
          },
        },
      }),
    },
    { about: "everything", files: files("+@all") },
    { about: "placeholders", files: files("{{ rights }}") },
    {
      about: "a user that Sentinel does not use",
      files: {
        ...redisFiles({ lines: ["user app on >tulip +get"] }),
        ...sentinelFiles({ lines: ["sentinel auth-pass main tulip"] }),
      },
    },
  ],
});

function files(rights: string) {
  return {
    ...redisFiles({ count: 1, lines: [`user watcher on >tulip &* -@all ${rights}`] }),
    ...sentinelFiles({ lines: ["sentinel auth-user main watcher", "sentinel auth-pass main tulip"] }),
  };
}
