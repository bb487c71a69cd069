// RED014: more replicas demanded for a write than there are.
import { familiesOf, replicaCount } from "../nodes.ts";
import type { Rule } from "../rule.ts";
import { integerOf, setting } from "../settings.ts";

const node = (host: number, wanted: number): string =>
  `bind 10.0.0.${String(host)}\nmin-replicas-to-write ${String(wanted)}\n` +
  (host === 1 ? "" : "replicaof 10.0.0.1 6379\n");
const sentinel = (host: number): string =>
  `bind 10.0.0.${String(host)}\nsentinel monitor main 10.0.0.1 6379 2\n`;
const files = (wanted: number): Readonly<Record<string, string>> => ({
  "h1/redis.conf": node(1, wanted),
  "h2/redis.conf": node(2, wanted),
  "h3/redis.conf": node(3, wanted),
  "h1/sentinel.conf": sentinel(1),
  "h2/sentinel.conf": sentinel(2),
  "h3/sentinel.conf": sentinel(3),
});

export const red014: Rule = {
  id: "RED014",
  title: "min-replicas-to-write that a failover cannot meet",
  severity: "error",
  why:
    "With more replicas demanded than there are, every write is answered NOREPLICAS. With all of " +
    "them demanded, writes stop as soon as one node is missing, and after a failover one always is.",
  fix: "Use min-replicas-to-write 1 with two replicas or more.",
  evidence: "Measured on 7.0.15: a new primary refused writes until the old node was back for 10 s.",
  sees: ["static", "live"],
  bad: { about: "Three replicas demanded, two there.", files: files(3) },
  good: { about: "One of two: either may be missing.", files: files(1) },
  *check(facts) {
    for (const { nodes, group } of familiesOf(facts)) {
      const replicas = replicaCount(group);
      if (replicas === undefined) continue;
      for (const one of nodes) {
        const found = setting(one, "min-replicas-to-write");
        const wanted = integerOf(found);
        if (found === undefined || wanted === undefined || wanted < replicas || wanted === 0) continue;
        // One replica, one demanded: TOP005 knows more about it.
        if (wanted === replicas && replicas === 1) continue;
        const there = `there ${replicas === 1 ? "is 1 replica" : `are ${String(replicas)} replicas`}`;
        const message =
          wanted > replicas
            ? `min-replicas-to-write is ${found.text}, but ${there}: no write is ever accepted.`
            : `min-replicas-to-write is ${found.text} and ${there}: writes stop as soon as one node is ` +
              `missing.`;
        yield { place: found.place, message, severity: wanted > replicas ? "error" : "warning" };
      }
    }
  },
};
