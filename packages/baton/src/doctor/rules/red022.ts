// RED022: the only replica waits for others that will not come.
import { familiesOf, isReplica, replicaCount, shown } from "../nodes.ts";
import type { Rule } from "../rule.ts";
import { integerOf, isYes, setting } from "../settings.ts";

const primary = (delay: number): string =>
  `bind 10.0.0.1\nrepl-diskless-sync yes\nrepl-diskless-sync-delay ${String(delay)}\n`;
const replica = (delay: number): string =>
  `bind 10.0.0.2\nreplicaof 10.0.0.1 6379\nrepl-diskless-sync yes\nrepl-diskless-sync-delay ` +
  `${String(delay)}\n`;
const sentinel = (host: number): string =>
  `bind 10.0.0.${String(host)}\nsentinel monitor main 10.0.0.1 6379 2\n`;
const files = (delay: number): Readonly<Record<string, string>> => ({
  "h1/redis.conf": primary(delay),
  "h2/redis.conf": replica(delay),
  "h1/sentinel.conf": sentinel(1),
  "h2/sentinel.conf": sentinel(2),
  "h3/sentinel.conf": sentinel(3),
});

export const red022: Rule = {
  id: "RED022",
  title: "a full synchronisation that waits for further replicas",
  severity: "info",
  why:
    "Before a diskless synchronisation Redis waits repl-diskless-sync-delay for more replicas to " +
    "join. With one replica nobody joins, and the group is without a copy for as much longer.",
  fix: "Set repl-diskless-sync-delay 0 where there is one replica.",
  evidence: "Documented behaviour; the default is 5 s.",
  sees: ["static", "live"],
  bad: { about: "One replica, and five seconds of waiting.", files: files(5) },
  good: { about: "One replica that starts at once.", files: files(0) },
  *check(facts) {
    for (const { nodes, group } of familiesOf(facts)) {
      if (replicaCount(group) !== 1) continue;
      for (const node of nodes) {
        const found = setting(node, "repl-diskless-sync-delay");
        const seconds = integerOf(found);
        if (found === undefined || seconds === undefined || seconds <= 1) continue;
        if (isReplica(node) === undefined || isYes(setting(node, "repl-diskless-sync")) !== true)
          continue;
        yield {
          place: found.place,
          message: `repl-diskless-sync-delay is ${shown(found)} with one replica; expected 0 or 1.`,
        };
      }
    }
  },
};
