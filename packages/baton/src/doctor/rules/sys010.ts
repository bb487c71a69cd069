// SYS010: killed while the last snapshot is written.
import type { RedisInstance } from "../facts.ts";
import { savesSnapshots } from "../nodes.ts";
import type { Rule } from "../rule.ts";
import { servicesOf, stopTimeoutOf } from "../service.ts";
import { bytesOf, integerOf, setting } from "../settings.ts";

const conf = "port 6379\nmaxmemory 8gb\n";
const unit = (stop: number): string =>
  "[Service]\nType=notify\nExecStart=/usr/bin/redis-server /etc/redis/redis.conf --supervised systemd\n" +
  `TimeoutStopSec=${String(stop)}\n`;
/** What a fast disk takes of a snapshot. */
const BYTES_PER_SECOND = 100 * 1024 * 1024;

export const sys010: Rule = {
  id: "SYS010",
  title: "systemd kills Redis while it saves",
  severity: "warning",
  why:
    "With save points, Redis writes a snapshot before it ends, after it waited for its replicas. " +
    "When TimeoutStopSec is over, systemd kills it, and all since the last snapshot is lost.",
  fix: "Set TimeoutStopSec to several times what a snapshot takes, or infinity.",
  evidence: "Documented behaviour of SHUTDOWN and of systemd.",
  sees: ["static", "live"],
  bad: {
    about: "Eight gigabytes in half a minute, after the wait for replicas.",
    files: { "h1/etc/redis/redis.conf": conf, "h1/redis-server.service": unit(30) },
  },
  good: {
    about: "Five minutes for the same.",
    files: { "h1/etc/redis/redis.conf": conf, "h1/redis-server.service": unit(300) },
  },
  *check(facts) {
    for (const service of servicesOf(facts)) {
      const stop = stopTimeoutOf(service);
      if (stop === undefined) continue;
      for (const node of service.redis) {
        const wait = integerOf(setting(node, "shutdown-timeout")) ?? 0;
        const save = savesSnapshots(node) === true ? secondsToSave(node) : undefined;
        // Shorter than the wait alone: RED038.
        if (save === undefined || stop.seconds <= wait || stop.seconds >= wait + save.seconds) continue;
        const replicas = wait === 0 ? "" : `${String(wait)} s for replicas and `;
        yield {
          place: stop.place,
          message:
            `${stop.name}=${stop.text}, but ending may take ${replicas}${String(save.seconds)} s for ` +
            `a snapshot (${save.source}).`,
        };
      }
    }
  },
};

function secondsToSave(node: RedisInstance): { seconds: number; source: string } | undefined {
  const last = Number(node.live?.info?.get("rdb_last_bgsave_time_sec") ?? -1);
  if (last >= 0) return { seconds: last, source: "as long as the last one" };
  const limit = setting(node, "maxmemory");
  const bytes = limit === undefined || limit.isUnknown ? undefined : bytesOf(limit.text);
  if (limit === undefined || bytes === undefined || bytes === 0) return undefined;
  return {
    seconds: Math.ceil(bytes / BYTES_PER_SECOND),
    source: `maxmemory ${limit.text} at 100 MB/s`,
  };
}
