// SEN046: a setting for availability, taken for protection of data.
import { persists } from "../nodes.ts";
import { redisFiles, sentinelFiles } from "../rule-examples.ts";
import type { Rule } from "../rule.ts";
import { integerOf } from "../settings.ts";
import { groupName, optionOf, watchesOf } from "../watches.ts";

const lines = ["sentinel master-reboot-down-after-period main 1000"];

export const sen046: Rule = {
  id: "SEN046",
  title: "master-reboot-down-after-period does not save data",
  severity: "warning",
  why:
    "This setting makes Sentinel fail over from a primary that restarted and is still LOADING. A " +
    "primary without persistence loads nothing: it is back empty at once, and its replicas are " +
    "empty a second later.",
  fix:
    "Persist on every node (appendonly yes, or save), or keep a primary that crashed from being " +
    "started again before Sentinel has replaced it.",
  evidence: "measured: 500 keys on three nodes become 0 on all, with this setting and without it",
  since: "7.0",
  sees: ["static", "live"],
  bad: {
    about: "Nothing is saved, and the setting is to make up for it.",
    files: { ...redisFiles({ lines: ['save ""', "appendonly no"] }), ...sentinelFiles({ lines }) },
  },
  good: {
    about: "Everything is saved, and a long loading is not waited for.",
    files: { ...redisFiles({ lines: ["appendonly yes"] }), ...sentinelFiles({ lines }) },
  },
  *check(facts) {
    for (const watch of watchesOf(facts)) {
      const setting = optionOf(watch, "master-reboot-down-after-period");
      const ms = integerOf(setting);
      if (setting === undefined || ms === undefined || ms <= 0) continue;
      const forgetful = watch.group?.nodes.find((node) => persists(node) === false);
      if (forgetful === undefined) continue;
      const found = `master-reboot-down-after-period of ${groupName(watch)} is ${ms}, and ${forgetful.name}`;
      yield {
        place: setting.place,
        message: `${found} saves nothing; expected persistence on every node`,
      };
    }
  },
};
