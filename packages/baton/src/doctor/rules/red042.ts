// RED042: connections to dead peers that nobody closes.
import { changeTo } from "../changes.ts";
import type { Rule } from "../rule.ts";
import { integerOf, setting } from "../settings.ts";

export const red042: Rule = {
  id: "RED042",
  title: "no keepalive on connections",
  severity: "info",
  why:
    "Clients of a host that vanished in the failover leave half-open connections behind. Without " +
    "tcp-keepalive they count against maxclients for ever, and firewalls forget quiet ones that are " +
    "alive.",
  fix: "Set tcp-keepalive to 60 to 300.",
  evidence: "Documented behaviour; Redis' default is 300.",
  sees: ["static", "live"],
  bad: { about: "Switched off.", files: { "redis.conf": "tcp-keepalive 0\n" } },
  good: { about: "Redis' default.", files: { "redis.conf": "timeout 0\ntcp-keepalive 300\n" } },
  *check(facts) {
    for (const node of facts.redis) {
      const found = setting(node, "tcp-keepalive");
      if (found === undefined || integerOf(found) !== 0) continue;
      yield {
        place: found.place,
        message: "tcp-keepalive is 0; expected 60 to 300.",
        ...changeTo(node, "tcp-keepalive", found, "300"),
      };
    }
  },
};
