// TOP008: the replica that is preferred is the one that lags.
import { quoted } from "../../cluster/text.ts";
import { type Row, numberIn, rowName, sizeOf, spanOf, voicesOf } from "../live/answers.ts";
import type { Rule } from "../rule.ts";

const priorityOf = (row: Row): number => numberIn(row, "slave-priority") ?? 100;
const offsetOf = (row: Row): number => numberIn(row, "slave-repl-offset") ?? 0;

/** The one that all others come after; undefined when offsets decide. */
function favourite(rows: readonly Row[]): Row | undefined {
  const electable = rows
    .filter((row) => priorityOf(row) > 0)
    .toSorted((a, b) => priorityOf(a) - priorityOf(b));
  const [first, second] = electable;
  if (first === undefined || second === undefined) return undefined;
  return priorityOf(first) < priorityOf(second) ? first : undefined;
}

export const top008: Rule = {
  id: "TOP008",
  title: "the replica that is preferred is not up to date",
  severity: "warning",
  why:
    "Among the replicas that Sentinel would take, replica-priority decides before the offset: one that " +
    "lacks the last writes wins over one that has them all, and they are lost.",
  fix:
    "Give all replicas of one site the same replica-priority, so that the offset decides; or cure the " +
    "link of this one.",
  evidence:
    "measured: a write that WAIT had confirmed was lost, as a replica with priority 10 and a broken link " +
    "won",
  sees: ["live"],
  *check(facts) {
    for (const group of facts.groups) {
      for (const { view, place } of voicesOf(group)) {
        const best = favourite(view.replicas);
        if (best === undefined || best.get("master-link-status") !== "err") continue;
        const ahead = view.replicas.find((row) => offsetOf(row) > offsetOf(best) && priorityOf(row) > 0);
        if (ahead === undefined) continue;
        const downMs = numberIn(best, "master-link-down-time") ?? 0;
        const since = downMs < 0 ? "was never up" : `has been down for ${spanOf(downMs)}`;
        const bytes = offsetOf(ahead) - offsetOf(best);
        const message =
          `For ${quoted(group.name)} it would take ${rowName(best)} by its replica-priority ` +
          `${String(priorityOf(best))}, whose link ${since}, and not ${rowName(ahead)}, which has ` +
          `${sizeOf(bytes)} more; expected the one that has most`;
        yield { place, message };
      }
    }
  },
};
