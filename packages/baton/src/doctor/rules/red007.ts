// RED007: persistence saved on the primary only, as if roles never changed.
import { emptyRestart } from "../empty-restart.ts";
import { familiesOf, isPromotable, isReplica, persists, placeOf } from "../nodes.ts";
import type { Rule } from "../rule.ts";
import { setting } from "../settings.ts";

export const red007: Rule = {
  id: "RED007",
  title: "persistence switched off on a replica",
  severity: "warning",
  why:
    "Sentinel promotes a replica with whatever it has in memory. One that keeps nothing on disk may " +
    "come back empty and be promoted, and as a primary it can lose everything at its first restart.",
  fix: "Use the same persistence on all nodes: appendonly yes.",
  evidence: "Measured on 7.0.15: a replica that had restarted empty was promoted.",
  sees: ["static", "live"],
  bad: {
    about: "The primary keeps its data, the replica does not.",
    files: {
      "h1/redis.conf": "bind 10.0.0.1\nappendonly yes\n",
      "h2/redis.conf": 'bind 10.0.0.2\nreplicaof 10.0.0.1 6379\nsave ""\nappendonly no\n',
    },
  },
  good: {
    about: "A replica that is never promoted, for reports.",
    files: {
      "h1/redis.conf": "bind 10.0.0.1\nappendonly yes\n",
      "h2/redis.conf":
        'bind 10.0.0.2\nreplicaof 10.0.0.1 6379\nsave ""\nappendonly no\nreplica-priority 0\n',
    },
  },
  *check(facts) {
    for (const { nodes, group } of familiesOf(facts)) {
      const keeping = nodes.find((node) => persists(node) === true);
      if (keeping === undefined) continue;
      for (const node of nodes) {
        if (persists(node) !== false || isPromotable(node) === false || isReplica(node) !== true)
          continue;
        // RED006 says worse of the same line.
        if (group !== undefined && emptyRestart(facts, group, node) !== undefined) continue;
        yield {
          place: setting(node, "save")?.place ?? placeOf(node),
          message:
            `Nothing is kept on disk here, while ${keeping.name} keeps its data; expected the same on ` +
            `both.`,
        };
      }
    }
  },
};
