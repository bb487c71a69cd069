// LIV012: a node that could not save its data the last time.
import { answersOf } from "../live/answers.ts";
import type { Rule } from "../rule.ts";

const STATES = [
  ["rdb_last_bgsave_status", "the last snapshot"],
  ["aof_last_bgrewrite_status", "the last rewrite of the append-only file"],
] as const;

export const liv012: Rule = {
  id: "LIV012",
  title: "the last save to disk has failed",
  severity: "error",
  why:
    "No memory to fork, or no room on the disk. With stop-writes-on-bgsave-error yes, PING is answered " +
    "MISCONF from then on and Sentinel replaces a live primary; in any case a restart brings back older " +
    "data.",
  fix:
    "Free disk space or memory (vm.overcommit_memory 1), look at the log, and repeat it: BGSAVE or " +
    "BGREWRITEAOF.",
  evidence: "measured: a live primary was replaced 4.7 s after a failed snapshot",
  sees: ["live"],
  *check(facts) {
    for (const { info, place } of answersOf(facts.redis)) {
      for (const [field, what] of STATES) {
        if (info.get(field) !== "err") continue;
        yield { place, message: `On this node ${what} has failed (${field}:err); expected ok` };
      }
    }
  },
};
