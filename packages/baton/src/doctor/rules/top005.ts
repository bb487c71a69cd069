// TOP005: one replica, and writes that need one.
import { redisFiles, sentinelFiles } from "../rule-examples.ts";
import type { Rule } from "../rule.ts";
import { integerOf, setting } from "../settings.ts";
import { groupName, watchesByGroup } from "../watches.ts";

export const top005: Rule = {
  id: "TOP005",
  title: "one replica, which min-replicas-to-write asks for",
  severity: "warning",
  why:
    "After a failover the only replica is the primary, and refuses writes (NOREPLICAS) until the " +
    "old primary is back as its replica, which takes about ten seconds from its restart. A crash of " +
    "one host is an outage.",
  fix: "Run two replicas or more, and keep min-replicas-to-write at 1.",
  evidence: "measured: writes were refused until 10.2 s after the restart of the old primary",
  sees: ["static", "live"],
  bad: {
    about: "Two nodes, and each wants a replica.",
    files: { ...redisFiles({ count: 2, lines: ["min-replicas-to-write 1"] }), ...sentinelFiles() },
  },
  good: {
    about: "Three nodes: one replica is left after a failover.",
    files: { ...redisFiles({ count: 3, lines: ["min-replicas-to-write 1"] }), ...sentinelFiles() },
  },
  *check(facts) {
    for (const [group, watches] of watchesByGroup(facts)) {
      if (watches[0]?.replicas !== 1) continue;
      for (const node of group.nodes) {
        const wanted = setting(node, "min-replicas-to-write");
        const count = integerOf(wanted);
        const maxLag = integerOf(setting(node, "min-replicas-max-lag"));
        // A lag of 0 switches the check off; to ask for more than there are is another finding.
        if (wanted === undefined || count !== 1 || maxLag === 0) continue;
        const found = `Writes need 1 of 1 replica, and after a failover ${groupName(group)} has 0`;
        const message = `${found}; expected a replica to spare`;
        yield { place: wanted.place, message };
      }
    }
  },
};
