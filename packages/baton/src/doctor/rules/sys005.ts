// SYS005: systemd is back before Sentinel has noticed anything.
import type { Facts } from "../facts.ts";
import { downAfterMs } from "../nodes.ts";
import type { Rule } from "../rule.ts";
import type { Service } from "../service.ts";
import { restartOf, servicesOf, valueOf } from "../service.ts";

const unit = (pause: string): string =>
  "[Service]\nType=notify\nExecStart=/usr/bin/redis-server /etc/redis/redis.conf --supervised systemd\n" +
  `Restart=always\n${pause}`;
const sentinel = "sentinel monitor main 10.0.0.1 6379 2\nsentinel down-after-milliseconds main 5000\n";

export const sys005: Rule = {
  id: "SYS005",
  title: "Redis is restarted before Sentinel can fail over",
  severity: "warning",
  why:
    "With Restart=always systemd starts a primary again after RestartSec (100 ms by default), long " +
    "before down-after is over. A primary that crashes again and again is never replaced, one " +
    "without persistence comes back empty, and a drill by redis-cli shutdown never fails over.",
  fix: "Set RestartSec to down-after plus 5 s.",
  evidence: "Measured on 7.0.15; Debian's own unit has Restart=always without RestartSec.",
  sees: ["static"],
  bad: {
    about: "systemd's default pause.",
    files: {
      "h1/etc/redis/redis.conf": "bind 10.0.0.1\nport 6379\n",
      "h1/redis-server.service": unit(""),
      "h1/sentinel.conf": sentinel,
    },
  },
  good: {
    about: "A pause that is longer than the failover.",
    files: {
      "h1/etc/redis/redis.conf": "bind 10.0.0.1\nport 6379\n",
      "h1/redis-server.service": unit("RestartSec=10\n"),
      "h1/sentinel.conf": sentinel,
    },
  },
  *check(facts) {
    for (const service of servicesOf(facts)) {
      if (service.program !== "redis") continue;
      const { afterMs, isAlways } = restartOf(service);
      const downAfter = longestDownAfter(facts, service);
      if (!isAlways || afterMs === undefined || downAfter === undefined || afterMs >= downAfter)
        continue;
      const word = valueOf(service.unit, "RestartSec") ?? valueOf(service.unit, "Restart");
      yield {
        place: word?.place ?? service.start.place,
        message:
          `Redis is started again after ${String(afterMs)} ms, and Sentinel's down-after is ` +
          `${String(downAfter)} ms; ` +
          `expected RestartSec=${String(Math.ceil(downAfter / 1000) + 5)}.`,
      };
    }
  },
};

function longestDownAfter(facts: Facts, { redis }: Service): number | undefined {
  const own = facts.groups.filter(({ nodes }) => nodes.some((node) => redis.includes(node)));
  const values = own.map(downAfterMs).filter((value) => value !== undefined);
  return values.length === 0 ? undefined : Math.max(...values);
}
