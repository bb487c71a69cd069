// SEN025: the second attempt at a failover comes long after the objective.
import type { Draft, Need } from "../finding.ts";
import { sentinelFiles } from "../rule-examples.ts";
import type { Rule } from "../rule.ts";
import { type Setting, integerOf } from "../settings.ts";
import { type Watch, groupName, isLeftOpen, optionOf, watchesOf } from "../watches.ts";

/** From the beginning of the second attempt to the first write of clients that follow Sentinel. */
const SECOND_ATTEMPT_MS = 1500;
const AMPLE_MS = 30_000;
/** A loaded host needs that much for a promotion. */
const FAILOVER_TIMEOUT_MS_LEAST = 5000;

/** Who left the default has not decided; who wrote a number may have. */
function withoutObjective(watch: Watch, timeout: Setting, worstMs: number): Draft | Need {
  if (!isLeftOpen(watch, "failover-timeout", timeout))
    return { needs: "how long writes may be away (the objective rto)" };
  const found = `failover-timeout of ${groupName(watch)} is left at ${timeout.text}`;
  return {
    place: timeout.place,
    message: `${found}: a second attempt ends after ${worstMs} ms; expected a line for it`,
  };
}

export const sen025: Rule = {
  id: "SEN025",
  title: "failover-timeout too long for the recovery objective, or left at three minutes",
  severity: "warning",
  why:
    "When a failover fails, because its leader died or the votes were split, the next one begins " +
    "after twice failover-timeout. Writes are then away for down-after + 2 x failover-timeout + 1.5 " +
    "s: more than six minutes with the default of 180000.",
  fix: "Set failover-timeout to about twice down-after, and to 5000 ms or more, on every Sentinel.",
  evidence: "measured: the leader died, failover-timeout 5000: the second attempt was done after 13.8 s",
  sees: ["static", "live"],
  bad: {
    about: "Nobody says when a failover that failed is to be tried again.",
    files: {
      ...sentinelFiles({ lines: ["sentinel down-after-milliseconds main 5000"] }),
    },
  },
  good: {
    about: "Twice down-after, which is as short as is safe.",
    files: sentinelFiles({
      lines: ["sentinel down-after-milliseconds main 5000", "sentinel failover-timeout main 10000"],
    }),
  },
  *check(facts) {
    const { rtoMs } = facts.policy;
    for (const watch of watchesOf(facts)) {
      const timeout = optionOf(watch, "failover-timeout");
      const timeoutMs = integerOf(timeout);
      const downAfterMs = integerOf(optionOf(watch, "down-after-milliseconds"));
      if (timeout === undefined || timeoutMs === undefined || downAfterMs === undefined) continue;
      const worstMs = downAfterMs + 2 * timeoutMs + SECOND_ATTEMPT_MS;
      if (rtoMs === undefined) {
        yield withoutObjective(watch, timeout, worstMs);
        continue;
      }
      // Shorter would abort promotions that are only slow, whatever the objective says.
      const enoughMs = Math.max(FAILOVER_TIMEOUT_MS_LEAST, Math.min(AMPLE_MS, 2 * downAfterMs));
      if (worstMs <= rtoMs || timeoutMs <= enoughMs) continue;
      const found = `failover-timeout of ${groupName(watch)} is ${timeoutMs}, with which a second attempt`;
      const message = `${found} ends after ${worstMs} ms, for an rto of ${rtoMs} ms; expected ${enoughMs}`;
      yield { place: timeout.place, message };
    }
  },
};
