// TOP006: a replica of a replica.
import { answersOf, upstreamOf } from "../live/answers.ts";
import type { Rule } from "../rule.ts";

export const top006: Rule = {
  id: "TOP006",
  title: "a replica that follows another replica",
  severity: "error",
  why:
    "Sentinel finds replicas in the primary's INFO, and there only its direct ones stand. A replica " +
    "behind a replica is unknown: it is never promoted, and is not told of a new primary.",
  fix: "Attach it to the primary: REPLICAOF with the address that SENTINEL GET-MASTER-ADDR-BY-NAME gives.",
  evidence: "Sentinel reads the slaveN lines of the primary's INFO and nothing else",
  sees: ["live"],
  *check(facts) {
    const answers = answersOf(facts.redis);
    for (const replica of answers) {
      if (replica.isPrimary) continue;
      const upstream = answers.find(({ name }) => name === upstreamOf(replica));
      if (upstream === undefined || upstream.isPrimary) continue;
      const found = `It follows ${upstream.name}, which itself is a replica of ${upstreamOf(upstream)}`;
      yield { place: replica.place, message: `${found}; expected the primary` };
    }
  },
};
