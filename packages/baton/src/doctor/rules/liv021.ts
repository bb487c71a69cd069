// LIV021: a primary that came back empty, before its replicas have noticed.
import { answersOf, numberIn, spanOf, upstreamOf } from "../live/answers.ts";
import type { Rule } from "../rule.ts";

const RECENT_SECONDS = 600;
const KEYS_MIN = 100;

export const liv021: Rule = {
  id: "LIV021",
  title: "a primary was restarted and has lost its data",
  severity: "error",
  why:
    "Restarted sooner than down-after, it is still the primary for Sentinel. Each replica throws its own " +
    "data away and copies the emptiness, within about a second.",
  fix:
    "At once, on the replica that still has the data: REPLICAOF NO ONE, or end its process with SHUTDOWN " +
    "NOSAVE before it synchronises. Then make that one the primary. Persistence must be on for every " +
    "node.",
  evidence: "measured: 500 keys on three nodes became none on all three, without any failover",
  sees: ["live"],
  *check(facts) {
    for (const group of facts.groups) {
      const answers = answersOf(group.nodes);
      for (const primary of answers.filter(({ isPrimary }) => isPrimary)) {
        const seconds = numberIn(primary.info, "uptime_in_seconds") ?? Number.POSITIVE_INFINITY;
        const keys = primary.live.keys;
        if (keys === undefined || seconds > RECENT_SECONDS) continue;
        for (const replica of answers) {
          const held = replica.live.keys ?? 0;
          const isIts = !replica.isPrimary && upstreamOf(replica) === primary.name;
          if (!isIts || held < KEYS_MIN || keys > held / 10) continue;
          const message =
            `It has ${String(held)} keys, and its primary ${primary.name}, ` +
            `restarted ${spanOf(seconds * 1_000)} ago, has ${String(keys)}; ` +
            "the next synchronisation takes them away";
          yield { place: replica.place, message };
        }
      }
    }
  },
};
