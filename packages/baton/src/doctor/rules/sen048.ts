// SEN048: a Sentinel that will end itself in the middle of the next failover.
import { placeAt } from "../live/answers.ts";
import type { Rule } from "../rule.ts";

export const sen048: Rule = {
  id: "SEN048",
  title: "a simulated crash is armed in a Sentinel",
  severity: "error",
  why:
    "SENTINEL SIMULATE-FAILURE stays armed until it goes off: at the next election, or after the next " +
    "promotion, this process exits with 99. The failover then waits for another Sentinel, for twice " +
    "failover-timeout.",
  fix:
    "SENTINEL SIMULATE-FAILURE HELP on that Sentinel disarms it (7.x refuses the command without an " +
    "argument).",
  evidence: "measured: the leader crashed, and with failover-timeout 5000 the failover took 13.8 s",
  sees: ["live"],
  *check(facts) {
    for (const { live } of facts.sentinels) {
      const flags = live?.info?.get("sentinel_simulate_failure_flags");
      if (live === undefined || flags === undefined || flags === "0") continue;
      const message = `sentinel_simulate_failure_flags is ${flags}: this process will end itself; expected 0`;
      yield { place: placeAt(live), message };
    }
  },
};
