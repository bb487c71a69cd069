// OS002: transparent huge pages, switched on for a Redis that does not switch them off.
import type { RedisInstance } from "../facts.ts";
import { hugePages } from "../kernel.ts";
import type { Rule } from "../rule.ts";
import { isYes, setting } from "../settings.ts";

const unit = "h1/etc/systemd/system/redis-tuning.service";
const pages = "/sys/kernel/mm/transparent_hugepage/enabled";
const files = (value: string) => ({
  [unit]: `[Service]\nExecStart=/bin/sh -c "echo ${value} > ${pages}"\n`,
});

export const os002: Rule = {
  id: "OS002",
  title: "transparent huge pages always on",
  severity: "warning",
  why:
    "After a fork every write copies a page of 2 MB instead of 4 kB. The node stalls, its memory " +
    "doubles, and with a short down-after Sentinel takes it for dead. Redis switches them off for itself " +
    "from 6.2 on, unless disable-thp is no.",
  fix: "Write madvise or never, and leave disable-thp at yes.",
  evidence: "Redis warns of it at its start; disable-thp in redis.conf since 6.2",
  sees: ["static"],
  bad: { about: "A unit for Redis writes always.", files: files("always") },
  good: { about: "It writes madvise.", files: files("madvise") },
  *check(facts) {
    for (const { place, text, nodes } of hugePages(facts)) {
      if (text !== "always" || (nodes.length > 0 && nodes.every(switchesOff))) continue;
      yield {
        place,
        message: "Transparent huge pages are always on for Redis; expected madvise or never.",
      };
    }
  },
};

/** Of a version that is not known, only what its file says. */
function switchesOff(node: RedisInstance): boolean {
  const found = setting(node, "disable-thp");
  return isYes(found) === true && (found?.origin !== "default" || node.version !== undefined);
}
