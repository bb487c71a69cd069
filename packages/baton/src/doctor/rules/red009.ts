// RED009: a replica without data that Sentinel would promote.
import { type Answer, answersOf, numberIn } from "../live/answers.ts";
import { isPromotable } from "../nodes.ts";
import type { Rule } from "../rule.ts";

/** Redis says -1 of a link that was never up, and starts at these offsets. */
function wasNeverSynchronised({ info }: Answer): boolean {
  if (info.get("master_link_status") === "up") return false;
  const sinceSeconds = numberIn(info, "master_link_down_since_seconds");
  return sinceSeconds === -1 || (numberIn(info, "slave_repl_offset") ?? 2) <= 1;
}

export const red009: Rule = {
  id: "RED009",
  title: "a replica that was never synchronised could be promoted",
  severity: "error",
  why:
    "Sentinel asks for the age of the link, and takes one that was never up for a fresh one. A " +
    "replica without a key wins by its priority or its run id, becomes the primary, and the others " +
    "throw their data away for its.",
  fix:
    "CONFIG SET replica-priority 0 on that replica until it is synchronised; then find out why it " +
    "could not.",
  evidence: "measured: a replica of 0 keys was promoted over one of 500, and emptied it; redis#13533",
  sees: ["live"],
  *check(facts) {
    for (const group of facts.groups) {
      for (const answer of answersOf(group.nodes)) {
        const { node, live, place, isPrimary } = answer;
        if (isPrimary || isPromotable(node) === false || !wasNeverSynchronised(answer)) continue;
        const keys = live.keys === undefined ? "" : ` and has ${String(live.keys)} keys`;
        const found = `It was never synchronised with its primary${keys}, and could be promoted`;
        yield { place, message: `${found}; expected replica-priority 0 until it is` };
      }
    }
  },
};
