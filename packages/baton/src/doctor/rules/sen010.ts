// SEN010: a host name where Sentinel takes addresses only.
import { quoted } from "../../cluster/text.ts";
import { sentinelFiles } from "../rule-examples.ts";
import type { Rule } from "../rule.ts";
import { isHostName } from "../sentinel-hosts.ts";
import { isVersionAtLeast, isYes, sentinelSetting } from "../settings.ts";
import { groupName, watchesOf } from "../watches.ts";

const named = "sentinel monitor main redis-1.internal 6379 2";

export const sen010: Rule = {
  id: "SEN010",
  title: "host name without resolve-hostnames",
  severity: "error",
  why:
    "From 6.2 on Sentinel looks no names up unless told to: it exits at the line with \"Can't resolve " +
    'instance hostname". An older one looks the name up once, when it starts, and keeps the address.',
  fix:
    "Write the address. Or use names everywhere: sentinel resolve-hostnames yes, announce-hostnames " +
    "yes, and names in announce-ip and replica-announce-ip.",
  evidence: "measured with 7.0.15, also for localhost; sentinel.c for older ones",
  sees: ["static"],
  bad: { about: "A name, and nobody who may look it up.", files: sentinelFiles({ monitor: named }) },
  good: {
    about: "A name, with the setting for names.",
    files: sentinelFiles({ monitor: `sentinel resolve-hostnames yes\n${named}` }),
  },
  *check(facts) {
    for (const { sentinel, monitor } of watchesOf(facts)) {
      if (monitor === undefined || !isHostName(monitor.address)) continue;
      const isTooOld = isVersionAtLeast(sentinel, "6.2") === false;
      if (!isTooOld && isYes(sentinelSetting(sentinel, "sentinel resolve-hostnames")) !== false)
        continue;
      const found = `${groupName({ name: monitor.name.text })} is watched at ${quoted(monitor.address.text)}`;
      const what = isTooOld
        ? `which Sentinel (by ${sentinel.version?.source ?? "its version"}) looks up once, when it starts`
        : "without sentinel resolve-hostnames yes";
      const message = `${found}, ${what}; expected an address`;
      yield { place: monitor.address.place, message, severity: isTooOld ? "warning" : "error" };
    }
  },
};
