// SEN045: a Sentinel that watches nothing.
import { placeAt } from "../live/answers.ts";
import { sentinelFiles } from "../rule-examples.ts";
import type { Rule } from "../rule.ts";
import { placeOf } from "../watches.ts";

export const sen045: Rule = {
  id: "SEN045",
  title: "Sentinel that monitors no group",
  severity: "error",
  why:
    "Sentinel starts happily without a group and answers every question for a primary with nothing. " +
    "It has no vote, and its peers do not know of it.",
  fix:
    "Give it the sentinel monitor line of each group, and what belongs to it, as on the other " +
    "Sentinels.",
  evidence: "measured with 7.0.15: starts, sentinel_masters:0",
  sees: ["static", "live"],
  bad: {
    about: "The line was lost.",
    files: {
      ...sentinelFiles({ count: 2 }),
      "h3/sentinel.conf": "port 26379\nsentinel announce-ip 10.0.0.3\n",
    },
  },
  good: { about: "Every one has it.", files: sentinelFiles() },
  *check(facts) {
    for (const sentinel of facts.sentinels) {
      const { config, live } = sentinel;
      const counted = live?.info?.get("sentinel_masters");
      if (counted !== undefined) {
        if (counted !== "0" || live === undefined) continue;
        const message = "This Sentinel says sentinel_masters:0; expected 1 or more";
        yield { place: placeAt(live), message };
        continue;
      }
      // A line that is not known, and one that could not be read, may be the one.
      const isOpen = config === undefined || config.isTemplate || config.gaps.length > 0;
      if (isOpen || config.lines.some(({ name }) => name === "sentinel monitor")) continue;
      const message = "There is no sentinel monitor in this file; expected one for every group";
      yield { place: placeOf(sentinel), message };
    }
  },
};
