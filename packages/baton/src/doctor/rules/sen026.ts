// SEN026: failover-timeout shorter than a replica needs for a full synchronisation.
import { quoted } from "../../cluster/text.ts";
import { type Answer, answersOf, numberIn, sizeOf, spanOf, voicesOf } from "../live/answers.ts";
import type { Rule } from "../rule.ts";

/** Ten gigabits, full: a slower network only takes longer. */
const BYTES_PER_SECOND = 1.1e9;

/** At best: the snapshot as long as it took the last time, or the bytes over the network. */
function syncMs({ info }: Answer): number {
  const snapshotMs = Math.max(0, numberIn(info, "rdb_last_bgsave_time_sec") ?? 0) * 1_000;
  const networkMs = ((numberIn(info, "used_memory") ?? 0) / BYTES_PER_SECOND) * 1_000;
  return Math.max(snapshotMs, networkMs);
}

export const sen026: Rule = {
  id: "SEN026",
  title: "failover-timeout shorter than a full synchronisation",
  severity: "warning",
  why:
    "After failover-timeout Sentinel stops waiting for one replica after the other, and sends all that " +
    "are left to the new primary at once: parallel-syncs no longer holds, and all of them are away at " +
    "the same time.",
  fix:
    "Raise failover-timeout above the time of a full synchronisation on every Sentinel, or make full " +
    "ones rare with a larger repl-backlog-size. Mind that a failed attempt is repeated after twice that " +
    "time.",
  evidence: "follows from the end of a failover in Sentinel's source; not run",
  sees: ["live"],
  *check(facts) {
    for (const group of facts.groups) {
      const primary = answersOf(group.nodes).find(({ isPrimary }) => isPrimary);
      const needsMs = primary === undefined ? 0 : syncMs(primary);
      if (primary === undefined) continue;
      for (const { view, place } of voicesOf(group)) {
        const limitMs = numberIn(view.primary, "failover-timeout");
        if (limitMs === undefined || needsMs <= limitMs) continue;
        const size = sizeOf(numberIn(primary.info, "used_memory") ?? 0);
        const message =
          `failover-timeout of ${quoted(group.name)} is ${spanOf(limitMs)}, and copying the ${size} of ` +
          `${primary.name} takes ${spanOf(needsMs)} or more; expected more than that`;
        yield { place, message };
      }
    }
  },
};
