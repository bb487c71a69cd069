// RED013: replicas that take writes of their own.
import { changeTo } from "../changes.ts";
import type { Rule } from "../rule.ts";
import { isYes, setting } from "../settings.ts";

export const red013: Rule = {
  id: "RED013",
  title: "replicas accept writes",
  severity: "error",
  why:
    "A write to a replica goes nowhere else: it is acknowledged, differs from the primary, and " +
    "vanishes at the next full resynchronisation. An old primary that was demoted goes on taking " +
    "writes from clients that missed it.",
  fix:
    "Set replica-read-only yes on every node, so that a demoted node answers READONLY and clients " +
    "look again.",
  evidence: "Documented behaviour of replica-read-only, all versions.",
  sees: ["static", "live"],
  bad: { about: "It is switched off.", files: { "redis.conf": "port 6379\nreplica-read-only no\n" } },
  good: {
    about: "The last line of a name counts.",
    files: { "redis.conf": "port 6379\nslave-read-only no\nreplica-read-only yes\n" },
  },
  *check(facts) {
    for (const node of facts.redis) {
      const found = setting(node, "replica-read-only");
      if (found === undefined || isYes(found) !== false) continue;
      yield {
        place: found.place,
        message: "replica-read-only is no; expected yes.",
        ...changeTo(node, "replica-read-only", found, "yes"),
      };
    }
  },
};
