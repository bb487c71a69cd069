// TOP001: the loss of one host or zone takes the majority of Sentinels with it.
import { counted, quoted } from "../../cluster/text.ts";
import { domainsOf, within } from "../domains.ts";
import type { Facts } from "../facts.ts";
import type { Draft } from "../finding.ts";
import { inventoryOf } from "../inventory-examples.ts";
import { sentinelFiles } from "../rule-examples.ts";
import type { Rule } from "../rule.ts";
import { isOneMachine } from "../sentinel-hosts.ts";
import { groupName, majorityOf, watchesByGroup } from "../watches.ts";

function hasSame<T>(some: readonly T[], others: readonly T[]): boolean {
  return some.length === others.length && some.every((one) => others.includes(one));
}

function* drafts(facts: Facts): Iterable<Draft> {
  for (const [group, watches] of watchesByGroup(facts)) {
    const { sentinels } = group;
    const domains = domainsOf(sentinels);
    // With fewer than three Sentinels every loss is one too many, which is another finding.
    if (domains === undefined || !group.hasEverySentinel || sentinels.length < 3) continue;
    const needed = majorityOf(sentinels.length);
    const hosts = domains.filter(({ kind }) => kind === "host");
    for (const { kind, name, members } of domains) {
      // One host that is all of its zone is said once.
      if (kind === "zone" && hosts.some((host) => hasSame(host.members, members))) continue;
      const left = sentinels.length - members.length;
      const [first] = watches.filter(({ sentinel }) => members.includes(sentinel));
      if (left >= needed || first === undefined) continue;
      const found = `${counted(members.length, "Sentinel")} of ${sentinels.length} are ${within(kind)}`;
      const loss = `without it ${left} can vote, of ${needed} that ${groupName(group)} needs`;
      yield {
        place: first.place,
        message: `${found} ${quoted(name)}, and ${loss}; expected them spread`,
      };
    }
  }
}

export const top001: Rule = {
  id: "TOP001",
  title: "one host or zone holds the majority of Sentinels",
  severity: "error",
  why:
    "A failover needs the votes of more than half of all Sentinels, those included that are lost. " +
    "Where one host or zone holds so many that the rest is no majority, its loss is an outage until " +
    "it is back.",
  fix:
    "Spread the Sentinels over three hosts and zones; with two zones, put one Sentinel at a third " +
    "site.",
  evidence:
    "follows from the majority that an election needs; measured with the loss of one of two Sentinels",
  sees: ["static", "live"],
  bad: {
    about: "Two of three Sentinels in zone a.",
    files: { ...inventoryOf("a", "a", "b"), ...sentinelFiles() },
  },
  good: {
    about: "Two of five in each of two zones, and the fifth at a third site.",
    files: { ...inventoryOf("a", "a", "b", "b", "c"), ...sentinelFiles({ count: 5, quorum: 3 }) },
  },
  *check(facts) {
    // Who tries things out on one machine knows what its loss means.
    if (!isOneMachine(facts)) yield* drafts(facts);
  },
};
