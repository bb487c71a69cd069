// RED010: an old primary with old data is the only one that Sentinel could promote.
import { quoted } from "../../cluster/text.ts";
import { type Row, hasFlag, numberIn, rowName, voicesOf } from "../live/answers.ts";
import type { Rule } from "../rule.ts";

function isElectable(row: Row): boolean {
  return !hasFlag(row, "s_down", "o_down", "disconnected") && numberIn(row, "slave-priority") !== 0;
}

export const red010: Rule = {
  id: "RED010",
  title: "an old primary with old data is the only candidate",
  severity: "error",
  why:
    "Sentinel lists a former primary that came back as a replica, whatever role it has, and does " +
    "not compare what it holds. With the present primary down it is promoted, and every other node " +
    "takes over its old data.",
  fix:
    "Stop it, or CONFIG SET replica-priority 0 on it, and bring back the present primary or one of " +
    "its replicas first. Only a person can decide to live with the old data.",
  evidence: "measured: 201 keys on the last primary, 1 after the old one was promoted; redis#12570",
  sees: ["live"],
  *check(facts) {
    for (const group of facts.groups) {
      for (const { view, place } of voicesOf(group)) {
        // A replica that is being promoted says master before Sentinel has moved on to it.
        if (!hasFlag(view.primary, "s_down") || hasFlag(view.primary, "failover_in_progress")) continue;
        const candidates = view.replicas.filter(isElectable);
        const [only] = candidates;
        const isOld = (row: Row) => row.get("role-reported") === "master";
        if (only === undefined || !candidates.every(isOld)) continue;
        const message =
          `The primary of ${quoted(group.name)} is down, and the only one that could be promoted is ` +
          `${rowName(only)}, a primary of earlier; expected a replica of the one that is down`;
        yield { place, message };
      }
    }
  },
};
