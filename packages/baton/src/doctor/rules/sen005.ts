// SEN005: an even number of Sentinels.
import { sentinelFiles } from "../rule-examples.ts";
import type { Rule } from "../rule.ts";
import { groupName, majorityOf, watchesByGroup } from "../watches.ts";

export const sen005: Rule = {
  id: "SEN005",
  title: "even number of Sentinels",
  severity: "warning",
  why:
    "Four Sentinels survive the loss of one, as three do, and split their votes more often; a " +
    "failover whose votes are split starts again only after twice failover-timeout.",
  fix:
    "Add one Sentinel; or take one away, and then, while the primary and all replicas are up, SENTINEL " +
    "RESET of the group on the others, one by one, 30 s apart.",
  evidence: "follows from the majority that an election needs",
  sees: ["static", "live"],
  bad: { about: "Four Sentinels.", files: sentinelFiles({ count: 4, quorum: 3 }) },
  good: { about: "Five Sentinels.", files: sentinelFiles({ count: 5, quorum: 3 }) },
  *check(facts) {
    for (const [group, watches] of watchesByGroup(facts)) {
      const [first] = watches;
      const voters = first?.voters;
      // Two are fewer than three, which is the worse finding.
      if (first === undefined || voters === undefined || voters < 4 || voters % 2 === 1) continue;
      const spare = voters - majorityOf(voters);
      const found = `${voters} Sentinels watch ${groupName(group)} and survive the loss of ${spare}`;
      yield { place: first.place, message: `${found}, as ${voters - 1} would; expected an odd number` };
    }
  },
};
