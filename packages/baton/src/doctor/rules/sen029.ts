// SEN029: down-after so short that a stall is taken for a death, and a late notice for ever.
import { sentinelFiles } from "../rule-examples.ts";
import type { Rule } from "../rule.ts";
import { groupName, numberOf, optionOf, shownNumber, watchesOf } from "../watches.ts";

const FALSE_ALARM_MS = 1000;
const TILT_PERIOD_MS = 30_000;
const ADVISED_MS = 5000;
/** From the end of down-after to the first write. */
const FAILOVER_MS = 1200;

export const sen029: Rule = {
  id: "SEN029",
  title: "down-after too short",
  severity: "error",
  why:
    "A healthy primary is replaced over one slow command. And a replica whose link was down for " +
    "more than 10 x down-after before the failure was noticed is never promoted: with 3000 ms or " +
    "less the 30 s of a TILT, or Sentinels restarted during an outage, are enough for a failover " +
    "that never happens.",
  fix:
    "Set 5000 ms on every Sentinel. Where it has to be shorter, set SENTINEL DEBUG tilt-period " +
    "(from 7.0 on) well below 10 x down-after after each start of a Sentinel.",
  evidence:
    "measured: 1000 ms and a command of 2.5 s replace the primary; 2000 ms and a TILT: no failover; " +
    "redis#5677, redis#8607",
  sees: ["static", "live"],
  bad: {
    about: "Half a second of silence is a death.",
    files: sentinelFiles({ lines: ["sentinel down-after-milliseconds main 500"] }),
  },
  good: {
    about: "Five seconds.",
    files: sentinelFiles({ lines: ["sentinel down-after-milliseconds main 5000"] }),
  },
  *check(facts) {
    const { rtoMs } = facts.policy;
    for (const watch of watchesOf(facts)) {
      const setting = optionOf(watch, "down-after-milliseconds");
      const ms = numberOf(setting);
      // A running Sentinel says how long its TILT lasts; without an answer it is the default.
      const tiltMs = Number(watch.sentinel.live?.timers?.get("tilt-period") ?? TILT_PERIOD_MS);
      if (setting === undefined || ms === undefined) continue;
      if (10 * ms > tiltMs && (ms >= FALSE_ALARM_MS || tiltMs === TILT_PERIOD_MS)) continue;
      // The owner wants writes back so soon that a longer one would break the promise.
      const isWanted = rtoMs !== undefined && rtoMs - FAILOVER_MS <= TILT_PERIOD_MS / 10;
      const severity = ms < FALSE_ALARM_MS ? "error" : isWanted ? "info" : "warning";
      const expected = isWanted
        ? `SENTINEL DEBUG tilt-period below ${10 * ms} at each start`
        : ms < ADVISED_MS
          ? String(ADVISED_MS)
          : `more than ${tiltMs / 10}, for a tilt-period of ${tiltMs}`;
      const found = `down-after-milliseconds of ${groupName(watch)} is ${shownNumber(setting)}`;
      yield { place: setting.place, message: `${found}; expected ${expected}`, severity };
    }
  },
};
