// SEN015: replicas that have long been gone, and that Sentinel still expects.
import { quoted } from "../../cluster/text.ts";
import { hasFlag, numberIn, replicaRows, spanOf } from "../live/answers.ts";
import type { Rule } from "../rule.ts";

const GONE_MS = 3_600_000;

export const sen015: Rule = {
  id: "SEN015",
  title: "Sentinel still counts on a replica that is gone",
  severity: "warning",
  why:
    "Sentinel forgets no replica by itself. A failover waits for it until failover-timeout, and whatever " +
    "gets its address one day is made a replica without being asked, and loses its data.",
  fix:
    "Start it again; or, when it is gone for good and the primary and all other replicas are up, " +
    "SENTINEL RESET of the group on one Sentinel after the other, 30 s apart.",
  evidence: "measured: a reset forgets what is down at that moment, and finds the rest again by INFO",
  sees: ["live"],
  *check(facts) {
    for (const group of facts.groups) {
      for (const [name, row] of replicaRows(group)) {
        const downMs = numberIn(row, "s-down-time") ?? 0;
        if (!hasFlag(row, "s_down") || downMs <= GONE_MS) continue;
        const found = `A replica of ${quoted(group.name)} has been down for ${spanOf(downMs)}`;
        yield {
          place: { file: name, line: 0, column: 0 },
          message: `${found}; expected one that is there`,
        };
      }
    }
  },
};
