// SEN004: so few Sentinels that the loss of one leaves no majority.
import { counted } from "../../cluster/text.ts";
import { lacksNamedNode } from "../completeness.ts";
import type { Group } from "../facts.ts";
import { sentinelFiles } from "../rule-examples.ts";
import type { Rule } from "../rule.ts";
import { isLoopback } from "../settings.ts";
import { type Watch, groupName, watchesByGroup } from "../watches.ts";

/**
 * Whether what was given may be a part: the files of one machine, which others than it have to reach, or of
 * some hosts, whose files name another one. Running Sentinels count those that are not here themselves.
 */
function mayBePart(group: Group, watches: readonly Watch[]): boolean {
  if (watches.some(({ sentinel }) => sentinel.live !== undefined) || !group.hasEverySentinel)
    return false;
  const hosts = new Set(watches.map(({ sentinel }) => sentinel.host));
  const isElsewhere = watches.some(({ monitor }) => monitor && !isLoopback(monitor.address.text));
  return (hosts.size < 2 && isElsewhere) || lacksNamedNode(group);
}

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
      if (mayBePart(group, watches)) {
        yield { needs: `the files of every host with a Sentinel of ${groupName(group)}` };
        continue;
      }
      const found = `${counted(voters, "Sentinel")} ${voters === 1 ? "watches" : "watch"}`;
      yield { place: first.place, message: `${found} ${groupName(group)}; expected 3 or more` };
    }
  },
};
