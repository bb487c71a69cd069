// SEN030: a crash is noticed later than the objective allows, or nobody has said when.
import { sentinelFiles } from "../rule-examples.ts";
import type { Rule } from "../rule.ts";
import { integerOf } from "../settings.ts";
import { groupName, isLeftOpen, optionOf, watchesOf } from "../watches.ts";

/** From the end of down-after to the first write. */
const FAILOVER_MS = 1200;

function expectedFor(rtoMs: number): string {
  const found = `for an rto of ${rtoMs} ms`;
  const mostMs = rtoMs - FAILOVER_MS;
  return mostMs > 0
    ? `${found}; expected ${mostMs} or less`
    : `${found}, which is shorter than any failover; expected an rto above ${FAILOVER_MS} ms`;
}

export const sen030: Rule = {
  id: "SEN030",
  title: "down-after longer than the recovery objective, or left at 30 seconds",
  severity: "warning",
  why:
    "After a crash writes are away for down-after and about 1.2 s more. Without a line of its own a " +
    "group has Sentinel's default of 30000 ms: half a minute without writes for every crash.",
  fix: "Set down-after-milliseconds on every Sentinel: 5000, or the objective less 1200.",
  evidence: "measured: first write after 5.6 to 6.3 s with 5000 ms, after 2.2 to 2.3 s with 1000 ms",
  sees: ["static", "live"],
  bad: { about: "Nobody says how long a crash may go unnoticed.", files: sentinelFiles() },
  good: {
    about: "Thirty seconds, because somebody wants it so.",
    files: sentinelFiles({ lines: ["sentinel down-after-milliseconds main 30000"] }),
  },
  *check(facts) {
    const { rtoMs } = facts.policy;
    for (const watch of watchesOf(facts)) {
      const setting = optionOf(watch, "down-after-milliseconds");
      const ms = integerOf(setting);
      if (setting === undefined || ms === undefined) continue;
      const isLate = rtoMs !== undefined && ms + FAILOVER_MS > rtoMs;
      const isDefault = isLeftOpen(watch, "down-after-milliseconds", setting);
      if (!isLate && (rtoMs !== undefined || !isDefault)) continue;
      const source = isDefault ? " by default" : "";
      const found = `down-after-milliseconds of ${groupName(watch)} is ${ms}${source}`;
      const message = isLate
        ? `${found}, ${expectedFor(rtoMs)}`
        : `${found}; expected a line that says what is wanted`;
      yield { place: setting.place, message };
    }
  },
};
