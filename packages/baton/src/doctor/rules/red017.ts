// RED017: a protection that is gone after the failover.
import { changeTo } from "../changes.ts";
import { type Family, familiesOf, odd, shown } from "../nodes.ts";
import type { Rule } from "../rule.ts";
import { type Setting, integerOf, setting } from "../settings.ts";

const NAMES = ["min-replicas-to-write", "min-replicas-max-lag"] as const;
const replica = "bind 10.0.0.2\nreplicaof 10.0.0.1 6379\n";

export const red017: Rule = {
  id: "RED017",
  title: "min-replicas settings that differ between nodes",
  severity: "warning",
  why:
    "Only the primary's own setting counts, and every node becomes primary: what is set on one is " +
    "gone after a failover.",
  fix: "Set min-replicas-to-write and min-replicas-max-lag alike on all nodes.",
  evidence: "Documented behaviour, all versions.",
  sees: ["static", "live"],
  bad: {
    about: "Only the first primary is protected.",
    files: { "h1/redis.conf": "bind 10.0.0.1\nmin-replicas-to-write 1\n", "h2/redis.conf": replica },
  },
  good: {
    about: "Alike, by two names.",
    files: {
      "h1/redis.conf": "bind 10.0.0.1\nmin-replicas-to-write 1\n",
      "h2/redis.conf": `${replica}min-slaves-to-write 1\n`,
    },
  },
  *check(facts) {
    for (const family of familiesOf(facts)) {
      for (const name of NAMES) {
        for (const { node, found, usual } of odd(family.nodes, name, ({ text }) => text)) {
          const others = `other nodes of ${family.name}`;
          yield {
            place: found.place,
            message: `${name} is ${shown(found)} here and ${shown(usual)} on ${others}; expected the same.`,
            ...(isCertain(family, name, usual) && changeTo(node, name, found, usual.text)),
          };
        }
      }
    }
  },
};

/** Most nodes of all that there are say so, and it protects. */
function isCertain({ nodes, group }: Family, name: string, usual: Setting): boolean {
  const alike = nodes.filter((node) => setting(node, name)?.text === usual.text).length;
  return group?.hasEveryNode === true && alike * 2 > nodes.length && (integerOf(usual) ?? 0) > 0;
}
