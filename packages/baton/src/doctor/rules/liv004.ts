// LIV004: a Sentinel that says itself that it could not fail over, or says nothing at all.
import { isLoginProblem, placeAt, silentSentinels, voicesOf } from "../live/answers.ts";
import { quoted } from "../../cluster/text.ts";
import type { Facts } from "../facts.ts";
import type { Rule } from "../rule.ts";

export const liv004: Rule = {
  id: "LIV004",
  title: "a Sentinel without a quorum, or one that does not answer",
  severity: "error",
  why:
    "CKQUORUM counts the Sentinels that answer against the quorum and against the majority of all that " +
    "were ever seen. Below that nobody is elected and no failover happens. That it says OK proves " +
    "nothing more.",
  fix:
    "Start the Sentinels that are missing, let all reach each other's port, and take those that are gone " +
    "for good out of the count: SENTINEL RESET on one after the other, while the primary and all " +
    "replicas are up.",
  evidence: "measured: no failover with NOQUORUM; and with OK, none in seven broken set-ups",
  sees: ["live"],
  *check(facts) {
    for (const group of facts.groups) {
      for (const { view, place } of voicesOf(group)) {
        if (view.checkQuorum.startsWith("OK")) continue;
        if (!view.checkQuorum.startsWith("NOQUORUM")) {
          yield { needs: `the right to SENTINEL CKQUORUM: ${view.checkQuorum}` };
          continue;
        }
        yield {
          place,
          message: `CKQUORUM of ${quoted(group.name)} says: ${view.checkQuorum}; expected OK`,
        };
      }
    }
    for (const sentinel of silentSentinels(facts)) {
      if (isLoginProblem(sentinel.silence)) {
        yield { needs: `a login for the Sentinel ${sentinel.address}:${String(sentinel.port)}` };
        continue;
      }
      const message = `This Sentinel does not answer: ${sentinel.silence}; expected one that can vote`;
      yield { place: placeAt(sentinel), message, severity: hasQuorum(facts) ? "warning" : "error" };
    }
  },
};

/** The others can do without it. */
function hasQuorum({ groups }: Facts): boolean {
  const voices = groups.flatMap(voicesOf);
  return voices.length > 0 && voices.every(({ view }) => view.checkQuorum.startsWith("OK"));
}
