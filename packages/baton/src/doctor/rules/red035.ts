// RED035: Redis Cluster and Sentinel on the same node.
import type { Rule } from "../rule.ts";
import { primaryOf } from "../nodes.ts";
import { isYes, setting } from "../settings.ts";

export const red035: Rule = {
  id: "RED035",
  title: "cluster mode together with Sentinel or replicaof",
  severity: "error",
  why:
    "A node of Redis Cluster chooses its primaries by itself and refuses SLAVEOF, which is what " +
    "Sentinel promotes with; and with a replicaof line it does not even start.",
  fix: "Decide for one of them: cluster-enabled no under Sentinel.",
  evidence: "Measured on 7.0.15: FATAL, replicaof directive not allowed in cluster mode.",
  sees: ["static", "live"],
  bad: {
    about: "Both of them.",
    files: { "redis.conf": "cluster-enabled yes\nreplicaof 10.0.0.1 6379\n" },
  },
  good: {
    about: "A node of a cluster, without either.",
    files: { "redis.conf": "cluster-enabled yes\n" },
  },
  *check(facts) {
    for (const node of facts.redis) {
      const found = setting(node, "cluster-enabled");
      if (found === undefined || isYes(found) !== true) continue;
      const group = facts.groups.find(({ nodes }) => nodes.includes(node));
      const watched = group === undefined ? undefined : `Sentinel watches it as ${group.name}`;
      const reason =
        watched ?? (primaryOf(node) === undefined ? undefined : "there is a replicaof line");
      if (reason === undefined) continue;
      yield { place: found.place, message: `cluster-enabled is yes, but ${reason}; expected no.` };
    }
  },
};
