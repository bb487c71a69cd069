// RED006: a primary that comes back empty before anybody noticed that it was gone.
import type { Facts, Group, RedisInstance } from "../facts.ts";
import type { Place } from "../finding.ts";
import { downAfterMs, isPromotable, isReplica, persists, placeOf } from "../nodes.ts";
import type { Rule } from "../rule.ts";
import { restartOf, servicesOf } from "../service.ts";
import { setting } from "../settings.ts";

const conf = 'bind 10.0.0.1\nport 6379\nsave ""\nappendonly no\n';
const sentinel = "sentinel monitor main 10.0.0.1 6379 2\nsentinel down-after-milliseconds main 5000\n";
const unit = (seconds: number): string =>
  "[Service]\nType=notify\nExecStart=/usr/bin/redis-server /etc/redis/redis.conf --supervised systemd\n" +
  `Restart=always\nRestartSec=${String(seconds)}\n`;

/** From the crash to the failover: detection, and about 1.2 s for votes and promotion, with room. */
const BEYOND_DETECTION_MS = 4000;

export const red006: Rule = {
  id: "RED006",
  title: "no persistence, and restarted before a failover",
  severity: "error",
  why:
    "A primary without persistence that systemd restarts within the time of down-after comes back " +
    "empty, and is still the primary: every replica resynchronises with it and empties itself. No " +
    "failover happens; Sentinel only logs +reboot, and master-reboot-down-after-period does not " +
    "help.",
  fix:
    "Set appendonly yes on every node. Where Redis is to keep nothing on disk, set Restart=no or a " +
    "RestartSec of down-after plus 5 s.",
  evidence: "Measured on 7.0.15: 500 keys on three nodes, then none on any; redis#1297, redis#2087.",
  sees: ["static"],
  bad: {
    about: "Nothing on disk, back after a second, and given up by Sentinel after five.",
    files: {
      "h1/redis.conf": conf,
      "h1/redis-server.service": unit(1),
      "h1/sentinel.conf": sentinel,
    },
  },
  good: {
    about: "The same, started again only when a failover is long over.",
    files: {
      "h1/redis.conf": conf,
      "h1/redis-server.service": unit(15),
      "h1/sentinel.conf": sentinel,
    },
  },
  *check(facts) {
    for (const group of facts.groups) {
      for (const node of group.nodes) {
        if (persists(node) !== false || isPromotable(node) === false) continue;
        const place = placeOfSwitch(node);
        const found = howItRestarts(facts, group, node);
        if (found !== undefined) yield { place, ...found };
      }
    }
  },
};

function howItRestarts(
  facts: Facts,
  group: Group,
  node: RedisInstance,
): { readonly message: string; readonly severity?: "warning" } | undefined {
  const off = 'save "" and appendonly no keep nothing on disk';
  const restarts = servicesOf(facts)
    .filter(({ redis }) => redis.includes(node))
    .map(restartOf);
  const downAfter = downAfterMs(group);
  if (restarts.length === 0) {
    // RED007 speaks of a replica.
    if (isReplica(node) !== false) return undefined;
    const message = `${off}; a restart of this primary before Sentinel gives it up empties the whole group.`;
    return { message, severity: "warning" };
  }
  if (downAfter === undefined) return undefined;
  const fast = restarts.find(
    ({ afterMs }) => afterMs !== undefined && afterMs < downAfter + BEYOND_DETECTION_MS,
  );
  if (fast?.afterMs === undefined) return undefined;
  return {
    message:
      `${off}, and ${fast.unit} starts Redis again after ${String(fast.afterMs)} ms, ` +
      `before Sentinel's down-after of ${String(downAfter)} ms is over and a failover done.`,
  };
}

function placeOfSwitch(node: RedisInstance): Place {
  return setting(node, "save")?.place ?? placeOf(node);
}
