// OS006: a Sentinel in TILT, which watches and does nothing.
import { numberIn, placeAt, spanOf } from "../live/answers.ts";
import type { Rule } from "../rule.ts";

export const os006: Rule = {
  id: "OS006",
  title: "a Sentinel is in TILT",
  severity: "error",
  why:
    "Its own clock jumped, or it stood still for more than 2 s. For 30 s it takes no part in deciding " +
    "that a primary is down; if that dies meanwhile and down-after is 3 s or less, no replica may be " +
    "promoted afterwards, ever.",
  fix:
    "Find what stops the machine: a paused or migrated virtual machine, a clock that is set, slow fsync, " +
    "DNS, no CPU.",
  evidence: "measured: down-after 2000, a TILT and a crash, no failover in 60 s; redis#13866",
  sees: ["live"],
  *check(facts) {
    for (const { live } of facts.sentinels) {
      if (live?.info?.get("sentinel_tilt") !== "1") continue;
      const seconds = numberIn(live.info, "sentinel_tilt_since_seconds") ?? -1;
      const since = seconds < 0 ? "" : ` and has been for ${spanOf(seconds * 1_000)}`;
      yield {
        place: placeAt(live),
        message: `This Sentinel is in TILT${since}; expected sentinel_tilt:0`,
      };
    }
  },
};
