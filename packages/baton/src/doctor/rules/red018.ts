// RED018: a backlog that is overwritten before a node is back.
import { isNeverPrimary, placeOf, replicatedNodes, shown } from "../nodes.ts";
import type { Rule } from "../rule.ts";
import { bytesOf, setting } from "../settings.ts";

const MEGABYTE = 1024 * 1024;
const replica = (size: string): string =>
  `bind 10.0.0.2\nreplicaof 10.0.0.1 6379\nrepl-backlog-size ${size}\n`;

export const red018: Rule = {
  id: "RED018",
  title: "replication backlog of a megabyte or less",
  severity: "warning",
  why:
    "A node that was away gets what it missed out of the backlog. Once that is overwritten, it " +
    "needs the whole data again: a fork on the new primary, its network full, and for that time one " +
    "replica fewer.",
  fix:
    "Set repl-backlog-size 64mb or more on all nodes: the rate of writes in bytes times the seconds " +
    "of down-after, a restart and ten more.",
  evidence: "Redis' own default is 1mb (Valkey 8: 10mb).",
  sees: ["static", "live"],
  bad: { about: "Redis' default, written down.", files: { "redis.conf": replica("1mb") } },
  good: { about: "Enough for a restart.", files: { "redis.conf": replica("64mb") } },
  *check(facts) {
    for (const node of replicatedNodes(facts)) {
      if (isNeverPrimary(node)) continue;
      const found = setting(node, "repl-backlog-size");
      const bytes = found === undefined || found.isUnknown ? undefined : bytesOf(found.text);
      if (found === undefined || bytes === undefined || bytes > MEGABYTE) continue;
      yield {
        place: found.origin === "default" ? placeOf(node) : found.place,
        message:
          `repl-backlog-size is ${shown(found)}: at 1 MB/s of writes it is full within a second; ` +
          `expected 64mb.`,
      };
    }
  },
};
