// RED006: a primary that comes back empty before anybody noticed that it was gone.
import { emptyRestart } from "../empty-restart.ts";
import type { RedisInstance } from "../facts.ts";
import type { Place } from "../finding.ts";
import { placeOf } from "../nodes.ts";
import type { Rule } from "../rule.ts";
import { setting } from "../settings.ts";

const conf = 'bind 10.0.0.1\nport 6379\nsave ""\nappendonly no\n';
const sentinel = "sentinel monitor main 10.0.0.1 6379 2\nsentinel down-after-milliseconds main 5000\n";
const unit = (seconds: number): string =>
  "[Service]\nType=notify\nExecStart=/usr/bin/redis-server /etc/redis/redis.conf --supervised systemd\n" +
  `Restart=always\nRestartSec=${String(seconds)}\n`;

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
        const found = emptyRestart(facts, group, node);
        if (found !== undefined) yield { place: placeOfSwitch(node), ...found };
      }
    }
  },
};

function placeOfSwitch(node: RedisInstance): Place {
  return setting(node, "save")?.place ?? placeOf(node);
}
