// SEN047: timers of a Sentinel that are not in any file.
import { listed } from "../../cluster/text.ts";
import { placeAt } from "../live/answers.ts";
import type { LiveSentinel } from "../facts.ts";
import type { Rule } from "../rule.ts";

/** The two defaults for groups that are added later have no effect on those that are there. */
const DEFAULTS: ReadonlyMap<string, string> = new Map([
  ["info-period", "10000"],
  ["ping-period", "1000"],
  ["ask-period", "1000"],
  ["publish-period", "2000"],
  ["tilt-trigger", "2000"],
  ["tilt-period", "30000"],
  ["slave-reconf-timeout", "10000"],
  ["min-link-reconnect-period", "15000"],
  ["election-timeout", "10000"],
  ["script-max-runtime", "60000"],
  ["script-retry-delay", "30000"],
]);

function changed({ timers }: LiveSentinel): readonly string[] {
  return [...DEFAULTS].flatMap(([name, usual]) => {
    const now = timers?.get(name);
    return now === undefined || now === usual ? [] : [`${name} ${now} (${usual})`];
  });
}

export const sen047: Rule = {
  id: "SEN047",
  title: "timers changed with SENTINEL DEBUG, which a restart undoes",
  severity: "info",
  why:
    "SENTINEL DEBUG changes the running process alone and is written nowhere. After a restart this " +
    "Sentinel is slower again than the others, and nothing says so.",
  fix: "Set them again after each start of a Sentinel, as Baton's agent does, and on all Sentinels alike.",
  evidence: "measured: back at the defaults after a restart, nothing in sentinel.conf",
  since: "7.0",
  sees: ["live"],
  *check(facts) {
    const running = facts.sentinels.flatMap(({ live }) => (live?.timers === undefined ? [] : [live]));
    const isAnyChanged = running.some((live) => changed(live).length > 0);
    for (const live of running) {
      const timers = changed(live);
      if (!isAnyChanged) continue;
      const message =
        timers.length > 0
          ? `Its timers in ms (and their defaults): ${listed(timers)}; a restart undoes that`
          : "Its timers are the defaults, unlike those of another Sentinel; perhaps a restart undid them";
      yield { place: placeAt(live), message };
    }
  },
};
