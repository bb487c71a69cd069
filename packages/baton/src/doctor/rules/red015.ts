// RED015: an old primary that nobody follows any more goes on acknowledging writes.
import { changeTo } from "../changes.ts";
import { familiesOf, isNeverPrimary, placeOf, replicaCount, replicatedNodes, shown } from "../nodes.ts";
import type { Rule } from "../rule.ts";
import { integerOf, setting } from "../settings.ts";

const replica = "bind 10.0.0.2\nreplicaof 10.0.0.1 6379\n";

export const red015: Rule = {
  id: "RED015",
  title: "writes acknowledged without any replica",
  severity: "warning",
  why:
    "A primary that is cut off, frozen or restarted stays writable for about ten seconds after the " +
    "failover; what it acknowledges then is lost. With min-replicas-to-write 1 it stops once its " +
    "replicas are gone for min-replicas-max-lag.",
  fix: "With two replicas or more, set min-replicas-to-write 1 and min-replicas-max-lag 3 on all nodes.",
  evidence: "Measured on 7.0.15: 100 to 4827 lost writes a failover without it, 0 to 427 with it.",
  sees: ["static", "live"],
  bad: {
    about: "The default stands, on both nodes.",
    files: { "h1/redis.conf": "bind 10.0.0.1\n", "h2/redis.conf": replica },
  },
  good: {
    about: "By the older name of the setting.",
    files: {
      "h1/redis.conf": "bind 10.0.0.1\nmin-slaves-to-write 1\n",
      "h2/redis.conf": `${replica}min-slaves-to-write 1\n`,
    },
  },
  *check(facts) {
    const families = familiesOf(facts);
    for (const node of replicatedNodes(facts)) {
      if (isNeverPrimary(node)) continue;
      // With one replica the cure is worse: no writes after a failover until the old node is back.
      const counts = families
        .filter(({ nodes }) => nodes.includes(node))
        .map(({ group }) => replicaCount(group));
      if (counts.some((count) => count !== undefined && count < 2)) continue;
      const found = setting(node, "min-replicas-to-write");
      if (found === undefined || integerOf(found) !== 0) continue;
      const isCertain = counts.length > 0 && counts.every((count) => count !== undefined);
      yield {
        place: found.origin === "default" ? placeOf(node) : found.place,
        message: `min-replicas-to-write is ${shown(found)}; expected 1 with two replicas or more.`,
        ...(isCertain && changeTo(node, "min-replicas-to-write", found, "1")),
      };
    }
  },
};
