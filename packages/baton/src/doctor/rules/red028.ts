// RED028: the append-only file cannot be written.
import { answersOf } from "../live/answers.ts";
import type { Rule } from "../rule.ts";

export const red028: Rule = {
  id: "RED028",
  title: "the append-only file cannot be written",
  severity: "error",
  why:
    "The disk is full or broken. Writes are refused, and PING is answered MISCONF, which Sentinel " +
    "takes for no answer: the node is down for it. With the disk full everywhere nobody is left to " +
    "be promoted.",
  fix: "Free space on the disk of `dir`; Redis goes on by itself.",
  evidence: "measured for failed snapshots: MISCONF, and a live primary was replaced after 4.7 s",
  sees: ["live"],
  *check(facts) {
    for (const { info, place } of answersOf(facts.redis)) {
      if (info.get("aof_enabled") !== "1" || info.get("aof_last_write_status") !== "err") continue;
      yield {
        place,
        message:
          "The last write to its append-only file has failed (aof_last_write_status:err); expected ok",
      };
    }
  },
};
