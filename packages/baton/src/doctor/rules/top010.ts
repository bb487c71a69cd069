// TOP010: replicas that could not read what their primary saves.
import { compareVersions } from "../values.ts";
import { answersOf, upstreamOf } from "../live/answers.ts";
import type { Rule } from "../rule.ts";

export const top010: Rule = {
  id: "TOP010",
  title: "a replica older than its primary",
  severity: "warning",
  why:
    "A full synchronisation is a snapshot in the primary's format, which an older server refuses (Can't " +
    "handle RDB format version). It lasts until the next full one, which is mostly that of a failover.",
  fix: "Upgrade all replicas first, fail over to one of them, and upgrade the old primary last.",
  evidence: "Redis reads the snapshots of older versions only",
  sees: ["live"],
  *check(facts) {
    const answers = answersOf(facts.redis);
    for (const replica of answers) {
      const primary = answers.find(({ name }) => name === upstreamOf(replica));
      const [own, theirs] = [replica.node.version, primary?.node.version];
      if (replica.isPrimary || primary === undefined || own === undefined || theirs === undefined)
        continue;
      const isOlder = compareVersions(own.numbers.slice(0, 2), theirs.numbers.slice(0, 2)) < 0;
      if (own.family !== theirs.family || !isOlder) continue;
      const message =
        `It is ${own.family} ${own.numbers.join(".")}, and its primary ${primary.name} is ` +
        `${theirs.numbers.join(".")}; expected the same or newer`;
      yield { place: replica.place, message };
    }
  },
};
