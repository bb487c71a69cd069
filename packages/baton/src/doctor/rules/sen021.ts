// SEN021: options of a group that stand before its `sentinel monitor` line.
import type { Monitor } from "../facts.ts";
import type { Place } from "../finding.ts";
import type { Rule } from "../rule.ts";
import { isVersionAtLeast } from "../settings.ts";
import { groupName, watchesOf } from "../watches.ts";

function firstBefore(monitor: Monitor): { readonly name: string; readonly place: Place } | undefined {
  const lines = [...monitor.options.values()].flat();
  return lines.find(({ place }) => place.file === monitor.place.file && place.line < monitor.place.line);
}

export const sen021: Rule = {
  id: "SEN021",
  title: "option of a group before its sentinel monitor line",
  severity: "error",
  why:
    "Before 6.2 Sentinel exits at an option whose group it has not read yet. Since 6.2 the order " +
    "does not count, and such a file is only harder to read.",
  fix: "Put sentinel monitor above everything that is said about its group.",
  evidence: "measured with 7.0.15: any order is taken; redis#8271",
  sees: ["static"],
  bad: {
    about: "The password comes before the group.",
    files: {
      "sentinel.conf":
        "port 26379\nsentinel auth-pass main tulip\nsentinel monitor main 10.0.0.1 6379 2\n",
    },
  },
  good: {
    about: "The group comes first; what concerns no group may stand anywhere.",
    files: {
      "sentinel.conf":
        "sentinel announce-ip 10.0.0.1\nsentinel monitor main 10.0.0.1 6379 2\nsentinel auth-pass " +
        "main tulip\n",
    },
  },
  *check(facts) {
    for (const { sentinel, monitor } of watchesOf(facts)) {
      const early = monitor && firstBefore(monitor);
      if (monitor === undefined || early === undefined) continue;
      const isRefused = isVersionAtLeast(sentinel, "6.2") === false;
      const at = `which comes in line ${monitor.place.line}`;
      const name = groupName({ name: monitor.name.text });
      const message = `${early.name} stands before the monitor line of ${name}, ${at}; expected it below`;
      yield { place: early.place, message, severity: isRefused ? "error" : "info" };
    }
  },
};
