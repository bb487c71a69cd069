// LIV014: roles are swapped by hand, behind Sentinel's back.
import { quoted } from "../../cluster/text.ts";
import { answersOf, hasFlag, namedPrimaries, upstreamOf, voicesOf } from "../live/answers.ts";
import type { Rule } from "../rule.ts";

export const liv014: Rule = {
  id: "LIV014",
  title: "roles were swapped without Sentinel",
  severity: "error",
  why:
    "The FAILOVER command and REPLICAOF by hand tell Sentinel nothing. It keeps sending clients to the " +
    "old address for down-after and 20 to 25 s, and then fails over once more, to whatever node it likes.",
  fix:
    "Move a primary with SENTINEL FAILOVER, or with a switchover that tells Sentinel. Now: make the " +
    "nodes agree with what Sentinel says, or tell every Sentinel the new address (SENTINEL REMOVE, " +
    "SENTINEL MONITOR).",
  evidence: "measured: a second failover after 27 s, to a third node, and 342 writes lost",
  since: "6.2",
  sees: ["live"],
  *check(facts) {
    for (const group of facts.groups) {
      const named = namedPrimaries(group);
      const answers = answersOf(group.nodes);
      // From Valkey 9 on Sentinel itself sends FAILOVER.
      const isSentinels = voicesOf(group).some(({ view }) =>
        hasFlag(view.primary, "failover_in_progress"),
      );
      for (const answer of answers) {
        const state = answer.info.get("master_failover_state");
        if (state !== undefined && state !== "no-failover" && !isSentinels) {
          const message = `A FAILOVER command is under way here (${state}), and Sentinel knows nothing of it`;
          yield { place: answer.place, message };
        }
        const upstream = answers.find(({ name }) => name === upstreamOf(answer));
        const isSwapped =
          named.includes(answer.name) && !answer.isPrimary && upstream?.isPrimary === true;
        if (!isSwapped || named.includes(upstream.name)) continue;
        const message =
          `${upstream.name} is the primary of this node, and every Sentinel names this one for ` +
          `${quoted(group.name)}; expected a swap that Sentinel was told of`;
        yield { place: answer.place, message };
      }
    }
  },
};
