// SEN024: failovers that are given up before they can be done.
import { sentinelFiles } from "../rule-examples.ts";
import type { Rule } from "../rule.ts";
import { groupName, numberOf, optionOf, setOption, shownNumber, watchesOf } from "../watches.ts";

const FAILOVER_TIMEOUT_MS_MIN = 3000;
/** What the rule advises at least. */
const FAILOVER_TIMEOUT_MS = "10000";

export const sen024: Rule = {
  id: "SEN024",
  title: "failover-timeout below 3 seconds",
  severity: "error",
  why:
    "Sentinel learns of a promotion by an INFO that it sends once a second, and gives a failover up " +
    "that takes longer than failover-timeout. Below some seconds it gives up failovers that go " +
    "well, and begins again.",
  fix: "Set 10000 to 30000 ms on every Sentinel.",
  evidence:
    "measured: at 500 ms two attempts were given up, and the failover took 5.3 s instead of 3.3 s",
  sees: ["static", "live"],
  bad: {
    about: "Half a second for a failover.",
    files: sentinelFiles({ lines: ["sentinel failover-timeout main 500"] }),
  },
  good: {
    about: "Ten seconds.",
    files: sentinelFiles({ lines: ["sentinel failover-timeout main 10000"] }),
  },
  *check(facts) {
    for (const watch of watchesOf(facts)) {
      const timeout = optionOf(watch, "failover-timeout");
      const ms = numberOf(timeout);
      if (timeout === undefined || ms === undefined || ms >= FAILOVER_TIMEOUT_MS_MIN) continue;
      const found = `failover-timeout of ${groupName(watch)} is ${shownNumber(timeout)} ms`;
      const message = `${found}; expected ${FAILOVER_TIMEOUT_MS_MIN} or more`;
      const change = setOption(watch, "failover-timeout", timeout, FAILOVER_TIMEOUT_MS);
      yield { place: timeout.place, message, ...change };
    }
  },
};
