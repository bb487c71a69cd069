// SEN028: replicas are not pointed at the new primary.
import { sentinelFiles } from "../rule-examples.ts";
import type { Rule } from "../rule.ts";
import { groupName, numberOf, optionOf, setOption, shownNumber, watchesOf } from "../watches.ts";

export const sen028: Rule = {
  id: "SEN028",
  title: "parallel-syncs 0",
  severity: "error",
  why:
    "Sentinel takes 0 without a word and then points no replica at the new primary, until " +
    "failover-timeout has passed and it gives the order to all of them at once.",
  fix: "Set parallel-syncs to 1 on every Sentinel.",
  evidence: "measured with 7.0.15: accepted silently",
  sees: ["static", "live"],
  bad: { about: "None at a time.", files: sentinelFiles({ lines: ["sentinel parallel-syncs main 0"] }) },
  good: { about: "One at a time.", files: sentinelFiles({ lines: ["sentinel parallel-syncs main 1"] }) },
  *check(facts) {
    for (const watch of watchesOf(facts)) {
      const setting = optionOf(watch, "parallel-syncs");
      const value = numberOf(setting);
      if (setting === undefined || value === undefined || value > 0) continue;
      const message = `parallel-syncs of ${groupName(watch)} is ${shownNumber(setting)}; expected 1`;
      yield { place: setting.place, message, ...setOption(watch, "parallel-syncs", setting, "1") };
    }
  },
};
