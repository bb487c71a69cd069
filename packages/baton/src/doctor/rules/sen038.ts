// SEN038: a command that Sentinel sends does not exist any more.
import type { Facts, RedisInstance } from "../facts.ts";
import type { Severity } from "../finding.ts";
import { replicatedNodes } from "../nodes.ts";
import { redisFiles, sentinelFiles } from "../rule-examples.ts";
import type { Rule } from "../rule.ts";
import { everySetting, requiresPassword } from "../settings.ts";

/** In the order in which Sentinel meets them. */
const NEEDED = "AUTH CLIENT PING INFO SUBSCRIBE PUBLISH MULTI SLAVEOF CONFIG EXEC SCRIPT".split(" ");

function severityOf(command: string, node: RedisInstance, facts: Facts): Severity {
  // Only asked for when a script keeps a primary busy; and a node alone may have no Sentinel.
  const isWatched = facts.sentinels.length > 0 || replicatedNodes(facts).has(node);
  return command === "SCRIPT" || !isWatched ? "warning" : "error";
}

export const sen038: Rule = {
  id: "SEN038",
  title: "command that Sentinel needs is renamed away",
  severity: "error",
  why:
    "Sentinel promotes a replica by MULTI, SLAVEOF NO ONE, CONFIG REWRITE, CLIENT KILL and EXEC, " +
    "and looks at no reply. One of them unknown, and EXEC discards all: every failover ends in " +
    "-failover-abort-slave-timeout, while CKQUORUM says OK.",
  fix: "Take the line out, and give users no right to the command by ACL instead (user ... -config).",
  evidence:
    'measured: rename-command CONFIG "": no failover, ever; redis#10328, redis#2733, redis#2241, redis#5589',
  sees: ["static"],
  bad: {
    about: "CONFIG is taken away to harden the server.",
    files: { ...redisFiles({ lines: ['rename-command CONFIG ""'] }), ...sentinelFiles() },
  },
  good: {
    about: "FLUSHALL is taken away, which Sentinel never sends.",
    files: { ...redisFiles({ lines: ['rename-command FLUSHALL ""'] }), ...sentinelFiles() },
  },
  *check(facts) {
    for (const node of facts.redis) {
      for (const { words, isUnknown } of everySetting(node, "rename-command")) {
        const [command, name] = words;
        if (isUnknown || command === undefined || name?.text !== "") continue;
        const upper = command.text.toUpperCase();
        if (!NEEDED.includes(upper)) continue;
        if (upper === "AUTH" && requiresPassword(node) === false) continue;
        const message = `${upper} is renamed to nothing, and Sentinel sends it; expected no such line`;
        yield { place: command.place, message, severity: severityOf(upper, node, facts) };
      }
    }
  },
};
