// RED016: the time for which a primary without replicas still acknowledges writes.
import type { Rule } from "../rule.ts";
import { shown } from "../nodes.ts";
import { integerOf, setting } from "../settings.ts";

export const red016: Rule = {
  id: "RED016",
  title: "min-replicas-max-lag that lets too much through, or everything",
  severity: "warning",
  why:
    "A primary that lost its replicas acknowledges writes for min-replicas-max-lag and one second " +
    "more. A value of 0 does not mean no lag at all: it switches min-replicas-to-write off.",
  fix: "Use 2 to 5 seconds within one site, and no more than may be lost.",
  evidence:
    "Measured on 7.0.15: the last acknowledgement came after 3.9 s with 3, after 11.0 s with 10.",
  sees: ["static", "live"],
  bad: {
    about: "Switched off by a 0 that was meant to be strict.",
    files: { "redis.conf": "min-replicas-to-write 1\nmin-replicas-max-lag 0\n" },
  },
  good: {
    about: "A strict value that works.",
    files: { "redis.conf": "min-replicas-to-write 1\nmin-replicas-max-lag 2\n" },
  },
  *check(facts) {
    for (const node of facts.redis) {
      const found = setting(node, "min-replicas-max-lag");
      const lag = integerOf(found);
      const wanted = integerOf(setting(node, "min-replicas-to-write")) ?? 0;
      if (found === undefined || lag === undefined || wanted === 0) continue;
      if (lag === 0) {
        const text =
          `min-replicas-max-lag 0 switches min-replicas-to-write ${String(wanted)} off; expected 2 to ` +
          `5.`;
        yield { place: found.place, message: text };
        continue;
      }
      const { rpoMs } = facts.policy;
      if (rpoMs === undefined || rpoMs <= 0 || lag * 1000 <= rpoMs) continue;
      yield {
        place: found.place,
        message:
          `min-replicas-max-lag is ${shown(found)}, so ${String(lag + 1)} s of acknowledged writes may ` +
          `be lost; ` +
          `no more than ${String(rpoMs / 1000)} s are wanted.`,
      };
    }
  },
};
