// SEN001: a quorum that all Sentinels together cannot reach.
import { counted } from "../../cluster/text.ts";
import { sentinelFiles } from "../rule-examples.ts";
import type { Rule } from "../rule.ts";
import { groupName, majorityOf, quorumsOf, setQuorum } from "../watches.ts";

export const sen001: Rule = {
  id: "SEN001",
  title: "quorum higher than the number of Sentinels",
  severity: "error",
  why:
    "A primary counts as down only when as many Sentinels as the quorum say so. Sentinel accepts a " +
    "quorum that nobody can reach without a word, and then never fails over.",
  fix: "Set the quorum to the majority of the Sentinels: 2 of 3, 3 of 5.",
  evidence: "measured: quorum 5 with three Sentinels is accepted, CKQUORUM says NOQUORUM, no failover",
  sees: ["static", "live"],
  bad: { about: "Three Sentinels, of which five should agree.", files: sentinelFiles({ quorum: 5 }) },
  good: {
    about: "Five Sentinels, of which three have to agree.",
    files: sentinelFiles({ count: 5, quorum: 3 }),
  },
  *check(facts) {
    for (const quorum of quorumsOf(facts)) {
      const { voters } = quorum.watch;
      if (voters === undefined || quorum.value <= voters) continue;
      const found = `The quorum of ${groupName(quorum.watch)} is ${quorum.value}`;
      const there = `${counted(voters, "Sentinel")} ${voters === 1 ? "watches" : "watch"} it`;
      const message = `${found}, and ${there}; expected ${majorityOf(Math.max(voters, 3))}`;
      yield { place: quorum.setting.place, message, ...setQuorum(quorum, voters) };
    }
  },
};
