// RED038: systemd kills a primary that is still handing over.
import type { Rule } from "../rule.ts";
import { servicesOf, startedWith, stopTimeoutOf } from "../service.ts";

const conf = "bind 10.0.0.1\nport 6379\nshutdown-timeout 10\n";
const unit = (stop: string): string =>
  "[Service]\nType=notify\nExecStart=/usr/bin/redis-server /etc/redis/redis.conf --supervised systemd\n" +
  `TimeoutStopSec=${stop}\n`;

export const red038: Rule = {
  id: "RED038",
  title: "systemd waits no longer than Redis does for its replicas",
  severity: "warning",
  why:
    "From 7.0 on a primary that is told to end pauses writes and waits up to shutdown-timeout for " +
    "its replicas, then saves. When TimeoutStopSec is over before that, SIGKILL ends it in the " +
    "middle, with what no replica and no disk has.",
  fix: "Set TimeoutStopSec=60 or more, or lower shutdown-timeout.",
  evidence: "Documented behaviour since 7.0; the default is 10 s.",
  since: "7.0",
  sees: ["static"],
  bad: {
    about: "Both ten seconds.",
    files: { "h1/redis.conf": conf, "h1/redis-server.service": unit("10") },
  },
  good: {
    about: "0 means without end for systemd, as in Debian's unit.",
    files: { "h1/redis.conf": conf, "h1/redis-server.service": unit("0") },
  },
  *check(facts) {
    for (const service of servicesOf(facts)) {
      const stop = stopTimeoutOf(service);
      const wait = Number(startedWith(service, "shutdown-timeout") ?? Number.NaN);
      if (service.program !== "redis" || stop === undefined || !(wait >= stop.seconds)) continue;
      yield {
        place: stop.place,
        message:
          `${stop.name}=${stop.text}, and Redis waits up to ${String(wait)} s for its replicas ` +
          `(shutdown-timeout); expected 60.`,
      };
    }
  },
};
