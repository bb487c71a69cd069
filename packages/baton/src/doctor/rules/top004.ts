// TOP004: nobody could be promoted if the primary died now.
import { listed, quoted } from "../../cluster/text.ts";
import { type Row, hasFlag, numberIn, rowName, voicesOf } from "../live/answers.ts";
import type { Rule } from "../rule.ts";

/** Why a replica would not, or should not, be promoted; undefined for one that could. */
function obstacle(row: Row): string | undefined {
  if (numberIn(row, "slave-priority") === 0) return "replica-priority 0";
  if (hasFlag(row, "s_down", "o_down")) return "down";
  if (hasFlag(row, "disconnected")) return "not connected";
  // -1000 is Sentinel's way to say that it was never up.
  if (numberIn(row, "master-link-down-time") === -1_000) return "never synchronised";
  return undefined;
}

export const top004: Rule = {
  id: "TOP004",
  title: "no replica that could become the primary",
  severity: "error",
  why:
    "Without a replica that is up, has its data and a replica-priority above 0, a failover ends in " +
    "-failover-abort-no-good-slave, again and again. CKQUORUM says OK all the time.",
  fix: "Bring back at least one replica, and leave at least two with a replica-priority above 0.",
  evidence: "measured: all priorities 0, no failover, CKQUORUM OK",
  sees: ["live"],
  *check(facts) {
    for (const group of facts.groups) {
      for (const { view, place } of voicesOf(group)) {
        const obstacles = view.replicas.map((row) => ({ name: rowName(row), why: obstacle(row) }));
        if (obstacles.some(({ why }) => why === undefined)) continue;
        const reasons = obstacles.map(({ name, why }) => `${name} (${why ?? ""})`);
        const found = reasons.length === 0 ? "no replica" : `only ${listed(reasons)}`;
        const message = `For ${quoted(group.name)} it knows ${found}; expected one that could be promoted`;
        yield { place, message };
      }
    }
  },
};
