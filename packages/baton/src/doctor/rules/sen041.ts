// SEN041: Sentinel's ACL user may not use the channel by which Sentinels find each other.
import { listed, quoted } from "../../cluster/text.ts";
import { mayRun, mayUseChannel } from "../acl-rights.ts";
import type { AclUser, RedisInstance } from "../facts.ts";
import type { Severity } from "../finding.ts";
import { redisFiles, sentinelFiles } from "../rule-examples.ts";
import type { Rule } from "../rule.ts";
import { sentinelUsers } from "../sentinel-user.ts";
import { isVersionAtLeast, setting } from "../settings.ts";

const HELLO = "__sentinel__:hello";

/** Undefined: it may, or a placeholder decides. A warning where the version decides, and is not known. */
function judge(user: AclUser, command: string, node: RedisInstance): Severity | undefined {
  // Who lacks the command itself is another rule's.
  if (mayRun(user, command) !== true) return undefined;
  if (mayUseChannel(user, HELLO, { command, isOpenByDefault: false }) !== false) return undefined;
  if (mayUseChannel(user, HELLO, { command, isOpenByDefault: true }) === false) return "error";
  // An older one knows no rights to channels.
  if (isVersionAtLeast(node, "6.2") === false) return undefined;
  const byDefault = setting(node, "acl-pubsub-default");
  if (byDefault === undefined || byDefault.isUnknown) return "warning";
  return byDefault.text === "resetchannels" ? "error" : undefined;
}

const user = (channels: string) =>
  `user watcher on >tulip ${channels} -@all +multi +exec +slaveof +config|rewrite +client|kill ` +
  "+client|setname +ping +info +publish +subscribe +script|kill";
const login = ["sentinel auth-user main watcher", "sentinel auth-pass main tulip"];

export const sen041: Rule = {
  id: "SEN041",
  title: "Sentinel's ACL user lacks the channel __sentinel__:hello",
  severity: "error",
  why:
    "Sentinels find each other, and learn of a new primary, by messages on this channel of every " +
    "node. From 7.0 on a user has no channel unless one is named (acl-pubsub-default " +
    "resetchannels): nobody is discovered, and there is no quorum.",
  fix: "Give the user &__sentinel__:hello.",
  evidence: "redis#9772: the manual's own example lacks it",
  since: "6.2",
  sees: ["static", "live"],
  bad: {
    about: "All commands are there, and no channel.",
    files: {
      ...redisFiles({ lines: [user("resetchannels")] }),
      ...sentinelFiles({ lines: login }),
    },
  },
  good: {
    about: "The same with the one channel.",
    files: {
      ...redisFiles({ lines: [user(`resetchannels &${HELLO}`)] }),
      ...sentinelFiles({ lines: login }),
    },
  },
  *check(facts) {
    for (const { user: found, node } of sentinelUsers(facts)) {
      const judged = ["subscribe", "publish"].map((command) => judge(found, command, node));
      const severities = judged.filter((one) => one !== undefined);
      if (severities.length === 0) continue;
      const isCertain = severities.includes("error");
      const verbs = ["subscribe", "publish"].filter((_, index) => judged[index] !== undefined);
      const since = isCertain ? "" : " from Redis 7.0 on";
      const who = `The user ${quoted(found.name)} of ${node.name}, which Sentinel uses,`;
      const message = `${who} may not ${listed(verbs)} on ${HELLO}${since}; expected &${HELLO}`;
      yield { place: found.place, message, severity: isCertain ? "error" : "warning" };
    }
  },
};
