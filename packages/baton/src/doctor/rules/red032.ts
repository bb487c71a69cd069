// RED032: a replica that is hidden, and promoted all the same.
import type { Rule } from "../rule.ts";
import { integerOf, isYes, setting } from "../settings.ts";

export const red032: Rule = {
  id: "RED032",
  title: "a hidden replica that can still be promoted",
  severity: "warning",
  why:
    "replica-announced no only keeps a replica out of SENTINEL REPLICAS, the list for clients. " +
    "Sentinel's own choice of a candidate does not look at it.",
  fix: "Set replica-priority 0 as well where the node must never become primary.",
  evidence: "sentinelSelectSlave of 7.0.15 looks at the priority, never at this flag.",
  since: "6.2",
  sees: ["static", "live"],
  bad: {
    about: "Hidden, with the usual priority.",
    files: { "redis.conf": "replicaof 10.0.0.1 6379\nreplica-announced no\n" },
  },
  good: {
    about: "Hidden, and never promoted.",
    files: { "redis.conf": "replicaof 10.0.0.1 6379\nreplica-announced no\nreplica-priority 0\n" },
  },
  *check(facts) {
    for (const node of facts.redis) {
      const found = setting(node, "replica-announced");
      const priority = integerOf(setting(node, "replica-priority"));
      if (found === undefined || isYes(found) !== false || priority === undefined || priority === 0)
        continue;
      yield {
        place: found.place,
        message:
          `replica-announced is no, but replica-priority is ${String(priority)}: it can be promoted; ` +
          `expected 0.`,
      };
    }
  },
};
