// LIV017: replicas that come back get everything again, instead of what they missed.
import { answersOf, numberIn, sizeOf, spanOf } from "../live/answers.ts";
import type { Rule } from "../rule.ts";

/** A restart with old data may rightly need everything; more than a few of them is a pattern. */
const REFUSED_MIN = 3;

export const liv017: Rule = {
  id: "LIV017",
  title: "replicas that come back are synchronised from scratch",
  severity: "warning",
  why:
    "A replica that was away for longer than the backlog reaches needs the whole data again: a fork, the " +
    "network full, and for that time no replica that could be promoted, just after a failover.",
  fix:
    "Raise repl-backlog-size on all nodes, and find out why links break: the network, output buffer " +
    "limits, load.",
  evidence: "INFO stats counts refused partial synchronisations as sync_partial_err",
  sees: ["live"],
  *check(facts) {
    for (const { info, live, place } of answersOf(facts.redis)) {
      const refused = numberIn(info, "sync_partial_err") ?? 0;
      const served = numberIn(info, "sync_partial_ok") ?? 0;
      if (refused < REFUSED_MIN || refused <= served) continue;
      const bytes = Number(live.settings?.get("repl-backlog-size") ?? Number.NaN);
      const rate = live.writeBytesPerSecond ?? 0;
      const reach =
        rate > 0 && bytes > 0
          ? `; at present its backlog of ${sizeOf(bytes)} reaches back ${spanOf((bytes / rate) * 1_000)}`
          : "";
      const [all, some] = [String(refused + served), String(refused)];
      const found = `Of ${all} replicas that came back, ${some} needed all data`;
      yield { place, message: `${found}${reach}` };
    }
  },
};
