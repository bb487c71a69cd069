// RED025: replicas that evict or refuse by themselves.
import { changeTo } from "../changes.ts";
import type { Rule } from "../rule.ts";
import { isYes, setting } from "../settings.ts";

export const red025: Rule = {
  id: "RED025",
  title: "replicas that mind maxmemory themselves",
  severity: "warning",
  why:
    "A replica that evicts differs from its primary. One with noeviction that is over its limit " +
    "answers OOM within Sentinel's MULTI, so that it cannot be promoted, and the failover ends with " +
    "-failover-abort-slave-timeout.",
  fix: "Set replica-ignore-maxmemory yes: only the primary evicts, and replicas follow.",
  evidence: "Measured on 7.0.15: MULTI, SLAVEOF NO ONE, EXEC ended in EXECABORT.",
  sees: ["static", "live"],
  bad: {
    about: "Switched off.",
    files: { "redis.conf": "maxmemory 1gb\nreplica-ignore-maxmemory no\n" },
  },
  good: { about: "The default.", files: { "redis.conf": "maxmemory 1gb\nport 6379\n" } },
  *check(facts) {
    for (const node of facts.redis) {
      const found = setting(node, "replica-ignore-maxmemory");
      if (found === undefined || isYes(found) !== false) continue;
      yield {
        place: found.place,
        message: "replica-ignore-maxmemory is no; expected yes.",
        ...changeTo(node, "replica-ignore-maxmemory", found, "yes"),
      };
    }
  },
};
