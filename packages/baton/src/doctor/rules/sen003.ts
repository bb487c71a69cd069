// SEN003: one Sentinel alone declares a primary dead.
import { sentinelFiles } from "../rule-examples.ts";
import type { Rule } from "../rule.ts";
import { groupName, majorityOf, quorumsOf, setQuorum } from "../watches.ts";

export const sen003: Rule = {
  id: "SEN003",
  title: "quorum 1",
  severity: "error",
  why:
    "With quorum 1 a single Sentinel that lost its network to the primary asks for a failover, and " +
    "the others vote for it without looking themselves. A healthy primary is replaced, and what it " +
    "acknowledges until it is demoted is lost.",
  fix: "Set the quorum to the majority of the Sentinels, and never below 2.",
  evidence:
    "measured: one of three Sentinels cut off from a healthy primary, 1803 of 2407 acknowledged " +
    "writes lost; none with quorum 2",
  sees: ["static", "live"],
  bad: {
    about: "One Sentinel is enough to find the primary down.",
    files: sentinelFiles({ quorum: 1 }),
  },
  good: { about: "Two have to find it down.", files: sentinelFiles({ quorum: 2 }) },
  *check(facts) {
    for (const quorum of quorumsOf(facts)) {
      if (quorum.value > 1) continue;
      const { voters } = quorum.watch;
      const expected = voters === undefined ? "2 or more" : String(Math.max(2, majorityOf(voters)));
      const end = quorum.value < 1 ? ", at which Sentinel does not start" : "";
      const found = `The quorum of ${groupName(quorum.watch)} is ${quorum.value}${end}`;
      const message = `${found}; expected ${expected}`;
      yield {
        place: quorum.setting.place,
        message,
        ...(voters === undefined ? {} : setQuorum(quorum, voters)),
      };
    }
  },
};
