// SEN006: a quorum above the majority, which costs availability and buys nothing.
import { sentinelFiles } from "../rule-examples.ts";
import type { Rule } from "../rule.ts";
import { groupName, majorityOf, quorumsOf, setQuorum } from "../watches.ts";

export const sen006: Rule = {
  id: "SEN006",
  title: "quorum above the majority",
  severity: "warning",
  why:
    "An election is won with the majority of all Sentinels or the quorum, whichever is more. A " +
    "quorum above the majority lets fewer Sentinels be missing and makes no failover safer.",
  fix: "Set the quorum to the majority of the Sentinels: 3 of 5, 4 of 7.",
  evidence: "sentinel.c: the winner needs the larger of quorum and majority",
  sees: ["static", "live"],
  bad: { about: "Four of five have to agree.", files: sentinelFiles({ count: 5, quorum: 4 }) },
  good: { about: "Three of five have to agree.", files: sentinelFiles({ count: 5, quorum: 3 }) },
  *check(facts) {
    for (const quorum of quorumsOf(facts)) {
      const { voters } = quorum.watch;
      if (voters === undefined || quorum.value >= voters || quorum.value <= majorityOf(voters)) continue;
      const found = `The quorum of ${groupName(quorum.watch)} is ${quorum.value} of ${voters} Sentinels`;
      const loss = `so that failovers stop when ${voters - quorum.value + 1} are gone`;
      const message = `${found}, ${loss}; expected the majority, ${majorityOf(voters)}`;
      yield { place: quorum.setting.place, message, ...setQuorum(quorum, voters) };
    }
  },
};
