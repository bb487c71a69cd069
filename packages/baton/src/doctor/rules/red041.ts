// RED041: commands that stop a primary, or empty it, in the hands of applications.
import { isOn, mayRun, usersOf } from "../acl-rights.ts";
import type { AclUser } from "../facts.ts";
import type { Rule } from "../rule.ts";
import { setting } from "../settings.ts";

/** FLUSHALL and KEYS take no key, so that a pattern of keys does not hold them back. */
const HARMFUL = ["flushall", "keys", "debug"] as const;

export const red041: Rule = {
  id: "RED041",
  title: "applications may stall or empty a node",
  severity: "warning",
  why:
    "KEYS and DEBUG SLEEP stop a primary for longer than down-after, and Sentinel replaces it. " +
    "FLUSHALL names no key, so that a user limited to some keys still empties all of them, on the " +
    "replicas, too.",
  fix: "Take them away by ACL: -@dangerous (give +info +role back), and leave enable-debug-command at no.",
  evidence: "Measured on 7.0.15: a command of 2.5 s made a failover with a down-after of 1 s.",
  sees: ["static", "live"],
  bad: {
    about: "A user for one application, with all commands.",
    files: { "redis.conf": "port 6379\nuser shop on >kept-elsewhere ~shop:* +@all\n" },
  },
  good: {
    about: "The same without the dangerous ones.",
    files: { "redis.conf": "port 6379\nuser shop on >kept-elsewhere ~shop:* +@all -@dangerous\n" },
  },
  *check(facts) {
    for (const node of facts.redis) {
      const debug = setting(node, "enable-debug-command");
      if (debug !== undefined && !debug.isUnknown && debug.text === "yes") {
        yield { place: debug.place, message: "enable-debug-command is yes; expected no, or local." };
      }
      for (const user of usersOf(node) ?? []) {
        if (isOn(user) !== true || !isLimitedToKeys(user)) continue;
        const open = HARMFUL.filter((command) => mayRun(user, command) === true);
        if (open.length === 0) continue;
        const names = open.map((name) => name.toUpperCase()).join(", ");
        yield {
          place: user.place,
          message: `The user ${user.name}, limited to some keys, may run ${names}.`,
        };
      }
    }
  },
};

/** An administrator has all keys; who has some is an application. */
function isLimitedToKeys({ rules }: AclUser): boolean {
  const texts = rules.map(({ text }) => text.toLowerCase());
  if (texts.includes("allkeys") || texts.includes("~*")) return false;
  return texts.some((text) => text.startsWith("~"));
}
