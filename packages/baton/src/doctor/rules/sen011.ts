// SEN011: Sentinel looks names up, and waits for the answer.
import { sentinelFiles } from "../rule-examples.ts";
import type { Rule } from "../rule.ts";
import { isHostName } from "../sentinel-hosts.ts";
import { isYes, sentinelSetting } from "../settings.ts";

export const sen011: Rule = {
  id: "SEN011",
  title: "Sentinel resolves host names",
  severity: "warning",
  why:
    "Names are looked up within Sentinel's event loop, so that a slow name server stops it; after 2 " +
    "s it goes into TILT and does nothing for 30 s. Names beside addresses of the same node do not " +
    "match each other (fixed in parts in 7.0.0, 7.0.6 and 7.0.8).",
  fix:
    "Use addresses, or answer names from the hosts file or a resolver on the same machine, and use " +
    "names everywhere: announce-hostnames yes, announce-ip and replica-announce-ip with names.",
  evidence: "redis#13866, redis#9103, redis#11241, redis#10146, redis#11419, redis#11590",
  since: "6.2",
  sees: ["static", "live"],
  bad: {
    about: "Names in the file, and addresses in the answers.",
    files: sentinelFiles({
      monitor: "sentinel resolve-hostnames yes\nsentinel monitor main redis-1.internal 6379 2",
    }),
  },
  good: { about: "Addresses only.", files: sentinelFiles({ lines: ["sentinel resolve-hostnames no"] }) },
  *check(facts) {
    for (const sentinel of facts.sentinels) {
      const resolves = sentinelSetting(sentinel, "sentinel resolve-hostnames");
      if (resolves === undefined || isYes(resolves) !== true) continue;
      const usesNames = sentinel.config?.monitors.some(({ address }) => isHostName(address)) ?? false;
      const announces = isYes(sentinelSetting(sentinel, "sentinel announce-hostnames"));
      const also =
        usesNames && announces === false
          ? ", while announce-hostnames no makes it answer with addresses for what its file names"
          : "";
      const message = `Sentinel looks host names up in its event loop${also}; expected addresses`;
      yield { place: resolves.place, message };
    }
  },
};
