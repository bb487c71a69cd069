// RED027: a failed snapshot makes a healthy node look dead.
import type { RedisInstance } from "../facts.ts";
import { savesSnapshots } from "../nodes.ts";
import type { Rule } from "../rule.ts";
import { isYes, setting } from "../settings.ts";

const sentinel = "bind 10.0.0.1\nport 26379\nsentinel monitor main 10.0.0.1 6379 2\n";

export const red027: Rule = {
  id: "RED027",
  title: "a failed snapshot makes Sentinel take the node for dead",
  severity: "error",
  why:
    "After a failed BGSAVE (disk full, no memory to fork) PING is answered MISCONF, which Sentinel " +
    "takes for no answer: it replaces a healthy primary. From 7.0 on replicas answer the same, so " +
    "that a full disk everywhere leaves no candidate, with CKQUORUM OK.",
  fix:
    "Keep the data with appendonly yes and set stop-writes-on-bgsave-error no, with an alert on " +
    "rdb_last_bgsave_status; errors of the append-only file still stop writes.",
  evidence: "Measured on 7.0.15: a live primary was replaced after 4.7 s; on replicas, no good slave.",
  sees: ["static", "live"],
  bad: {
    about: "Redis' defaults under Sentinel.",
    files: {
      "h1/redis.conf": "bind 10.0.0.1\nport 6379\nappendonly yes\n",
      "h1/sentinel.conf": sentinel,
    },
  },
  good: {
    about: "Without snapshots there is nothing that could fail.",
    files: {
      "h1/redis.conf": 'bind 10.0.0.1\nport 6379\nappendonly yes\nsave ""\n',
      "h1/sentinel.conf": sentinel,
    },
  },
  *check(facts) {
    for (const node of facts.redis) {
      const watching = facts.groups.filter(({ nodes }) => nodes.includes(node));
      if (!watching.some(({ sentinels }) => sentinels.length > 0)) continue;
      const found = setting(node, "stop-writes-on-bgsave-error");
      if (found === undefined || isYes(found) !== true || savesSnapshots(node) !== true) continue;
      if (hasFailed(node)) {
        const message =
          "The last snapshot failed (rdb_last_bgsave_status:err), and stop-writes-on-bgsave-error is yes.";
        yield { place: liveOrFound(node) ?? found.place, message };
      } else {
        const how = found.origin === "default" ? "yes by default" : "yes";
        yield {
          place: found.place,
          message:
            `stop-writes-on-bgsave-error is ${how}: one failed snapshot makes Sentinel replace this ` +
            `node.`,
          severity: "warning",
        };
      }
    }
  },
};

function hasFailed({ live }: RedisInstance): boolean {
  return live?.info?.get("rdb_last_bgsave_status") === "err";
}

function liveOrFound({
  live,
}: RedisInstance): { file: string; line: number; column: number } | undefined {
  return live && { file: `${live.address}:${String(live.port)}`, line: 0, column: 0 };
}
