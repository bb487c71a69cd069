// SEN027: all replicas load a whole copy at the same time.
import { sentinelFiles } from "../rule-examples.ts";
import type { Rule } from "../rule.ts";
import { integerOf } from "../settings.ts";
import { type Watch, groupName, optionOf, setOption, watchesOf } from "../watches.ts";

/** Those that the Sentinel knows by its own file count, too: it writes down all that it finds. */
function replicasOf({ replicas, monitor }: Watch): number | undefined {
  if (replicas !== undefined) return replicas;
  const lines = ["known-replica", "known-slave"].flatMap((name) => monitor?.options.get(name) ?? []);
  return lines.length === 0 ? undefined : lines.length;
}

export const sen027: Rule = {
  id: "SEN027",
  title: "parallel-syncs lets all replicas resync at once",
  severity: "warning",
  why:
    "After a failover so many replicas are pointed at the new primary at a time. When that is all " +
    "of them and they need a full copy, none answers reads, min-replicas-to-write finds nobody, and " +
    "the new primary forks and sends for all at once.",
  fix: "Set parallel-syncs to 1 on every Sentinel.",
  evidence: "sentinel.c; the manual's own advice for replicas that serve reads",
  sees: ["static", "live"],
  bad: {
    about: "Five at a time, of two.",
    files: sentinelFiles({
      lines: [
        "sentinel parallel-syncs main 5",
        "sentinel known-replica main 10.0.0.2 6379",
        "sentinel known-replica main 10.0.0.3 6379",
      ],
    }),
  },
  good: {
    about: "One after the other.",
    files: sentinelFiles({
      lines: [
        "sentinel parallel-syncs main 1",
        "sentinel known-replica main 10.0.0.2 6379",
        "sentinel known-replica main 10.0.0.3 6379",
      ],
    }),
  },
  *check(facts) {
    for (const watch of watchesOf(facts)) {
      const setting = optionOf(watch, "parallel-syncs");
      const value = integerOf(setting);
      const count = replicasOf(watch);
      if (setting === undefined || value === undefined || count === undefined) continue;
      if (count < 2 || value < count) continue;
      const message = `parallel-syncs of ${groupName(watch)} is ${value}, of ${count} replicas; expected 1`;
      yield { place: setting.place, message, ...setOption(watch, "parallel-syncs", setting, "1") };
    }
  },
};
