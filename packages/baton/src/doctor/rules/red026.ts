// RED026: data that leaves no room on its machine.
import { type Answer, answersOf, numberIn, sizeOf } from "../live/answers.ts";
import type { Draft } from "../finding.ts";
import type { Rule } from "../rule.ts";

/** What a fork copies, buffers and the system need the rest. */
const LIMIT_SHARE = 0.75;
const USED_SHARE = 0.5;

const percent = (part: number, whole: number): string => `${String(Math.round((part / whole) * 100))} %`;

export const red026: Rule = {
  id: "RED026",
  title: "no limit of memory, or one that the machine cannot keep",
  severity: "warning",
  why:
    "A fork for a snapshot or a replica copies what is written meanwhile, and replicas need " +
    "buffers. Without room for that the kernel ends the process, or swaps it until Sentinel takes " +
    "it for dead.",
  fix: "Set maxmemory to 60 to 75 % of the machine's memory, less where several servers share it.",
  evidence: "follows from fork and copy-on-write",
  sees: ["live"],
  *check(facts) {
    for (const answer of answersOf(facts.redis)) {
      const draft = draftOf(answer);
      if (draft !== undefined) yield draft;
    }
  },
};

function draftOf({ info, place }: Answer): Draft | undefined {
  const total = numberIn(info, "total_system_memory") ?? 0;
  const limit = numberIn(info, "maxmemory");
  const used = numberIn(info, "used_memory") ?? 0;
  if (total === 0 || limit === undefined) return undefined;
  if (limit > LIMIT_SHARE * total) {
    const found = `maxmemory is ${percent(limit, total)} of this machine's ${sizeOf(total)}`;
    return { place, message: `${found}; expected at most 75 %` };
  }
  if (limit > 0) return undefined;
  const found = `maxmemory is 0, no limit, and ${percent(used, total)} of ${sizeOf(total)} are used`;
  const severity = used > USED_SHARE * total ? "warning" : "info";
  return { place, message: `${found}; expected a limit`, severity };
}
