// SEN004: so few Sentinels that the loss of one leaves no majority.
import { counted } from "../../cluster/text.ts";
import { sentinelFiles } from "../rule-examples.ts";
import type { Rule } from "../rule.ts";
import { groupName, watchesByGroup } from "../watches.ts";

export const sen004: Rule = {
  id: "SEN004",
  title: "fewer than three Sentinels",
  severity: "error",
  why:
    "A failover needs the votes of more than half of all Sentinels, dead ones included. Of two, the " +
    "one that survives the primary's host has no majority: with quorum 2 it never finds the primary " +
    "down, with quorum 1 it is never elected.",
  fix: "Run three or more Sentinels on hosts that do not fail together; two may sit with applications.",
  evidence:
    "measured: two Sentinels, the primary's host dies: no +odown, or -failover-abort-not-elected " +
    "for ever",
  sees: ["static", "live"],
  bad: { about: "Two Sentinels, one beside each Redis node.", files: sentinelFiles({ count: 2 }) },
  good: { about: "A third one has the deciding vote.", files: sentinelFiles({ count: 3 }) },
  *check(facts) {
    for (const [group, watches] of watchesByGroup(facts)) {
      const [first] = watches;
      const voters = first?.voters;
      if (first === undefined || voters === undefined || voters >= 3) continue;
      const found = `${counted(voters, "Sentinel")} ${voters === 1 ? "watches" : "watch"}`;
      yield { place: first.place, message: `${found} ${groupName(group)}; expected 3 or more` };
    }
  },
};
