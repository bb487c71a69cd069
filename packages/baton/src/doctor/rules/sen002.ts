// SEN002: a quorum that needs every single Sentinel.
import { sentinelFiles } from "../rule-examples.ts";
import type { Rule } from "../rule.ts";
import { groupName, majorityOf, quorumsOf, setQuorum } from "../watches.ts";

export const sen002: Rule = {
  id: "SEN002",
  title: "quorum that needs every Sentinel",
  severity: "error",
  why:
    "The host of a primary usually takes a Sentinel down with it. When the quorum is the number of " +
    "Sentinels, the others then never agree that the primary is down, and nothing is promoted.",
  fix: "Set the quorum to the majority of the Sentinels: 2 of 3, 3 of 5.",
  evidence:
    "measured: quorum 3 of 3, primary and one Sentinel killed: no failover until the quorum was set " +
    "to 2",
  sees: ["static", "live"],
  bad: { about: "Three Sentinels, and all three have to agree.", files: sentinelFiles({ quorum: 3 }) },
  good: {
    about: "Five Sentinels, of which three have to agree.",
    files: sentinelFiles({ count: 5, quorum: 3 }),
  },
  *check(facts) {
    for (const quorum of quorumsOf(facts)) {
      const { voters } = quorum.watch;
      if (voters === undefined || voters < 3 || quorum.value !== voters) continue;
      const found = `The quorum of ${groupName(quorum.watch)} is ${quorum.value} of ${voters} Sentinels`;
      const loss = "so that the loss of one stops every failover";
      const message = `${found}, ${loss}; expected ${majorityOf(voters)}`;
      yield { place: quorum.setting.place, message, ...setQuorum(quorum, voters) };
    }
  },
};
