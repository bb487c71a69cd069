// LIV022: a node that has been loading its data for longer than the service may be down.
import { answersOf, numberIn, spanOf } from "../live/answers.ts";
import type { Rule } from "../rule.ts";

/** Where the owner has not said how long the service may be down. */
const PATIENCE_MS = 60_000;

export const liv022: Rule = {
  id: "LIV022",
  title: "a node takes long to load its data",
  severity: "warning",
  why:
    "PING is answered LOADING, which Sentinel takes for alive. A restarted primary that loads for " +
    "minutes is not replaced in that time, and nobody can write.",
  fix:
    "Let it finish. For the next time: less data in one node, or master-reboot-down-after-period (from " +
    "7.0 on), with which Sentinel gives up on a primary that loads for longer.",
  evidence: "redis#4561",
  sees: ["live"],
  *check(facts) {
    const limitMs = facts.policy.rtoMs ?? PATIENCE_MS;
    for (const { info, place } of answersOf(facts.redis)) {
      if (info.get("loading") !== "1") continue;
      const startedMs = (numberIn(info, "loading_start_time") ?? Number.NaN) * 1_000;
      const nowMs = (numberIn(info, "server_time_usec") ?? Number.NaN) / 1_000;
      const leftMs = (numberIn(info, "loading_eta_seconds") ?? 0) * 1_000;
      const takesMs = nowMs - startedMs + leftMs;
      if (!(takesMs > limitMs)) continue;
      const found = `Loading its data takes this node ${spanOf(takesMs)} in all`;
      yield { place, message: `${found}; expected at most ${spanOf(limitMs)}` };
    }
  },
};
