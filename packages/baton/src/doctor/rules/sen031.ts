// SEN031: stalls that come near to what Sentinel takes for a death.
import { type Answer, answersOf, numberIn, spanOf } from "../live/answers.ts";
import { downAfterMs } from "../nodes.ts";
import type { Rule } from "../rule.ts";

interface Stall {
  readonly what: string;
  readonly ms: number;
}

function worstOf({ info, live }: Answer): Stall {
  const forkMs = (numberIn(info, "latest_fork_usec") ?? 0) / 1_000;
  const slowMs = live.slowestMs ?? 0;
  return slowMs > forkMs
    ? { what: "The slowest command that it remembers", ms: slowMs }
    : { what: "Its last fork", ms: forkMs };
}

export const sen031: Rule = {
  id: "SEN031",
  title: "down-after close to the stalls of the nodes",
  severity: "warning",
  why:
    "While Redis runs a command or forks it answers nobody. When that lasts for down-after, a healthy " +
    "primary is replaced, and with asynchronous replication its last writes are lost.",
  fix:
    "Find the command with SLOWLOG GET and replace it (KEYS, large ranges, scripts, UNLINK for DEL); or " +
    "raise down-after.",
  evidence: "measured: down-after 1000 and a command of 2.5 s, replaced after 2.9 s",
  sees: ["live"],
  *check(facts) {
    for (const group of facts.groups) {
      const limitMs = downAfterMs(group);
      if (limitMs === undefined) continue;
      for (const answer of answersOf(group.nodes)) {
        const { what, ms } = worstOf(answer);
        if (ms <= limitMs / 2) continue;
        const found = `${what} took ${spanOf(ms)}, and down-after is ${spanOf(limitMs)}`;
        yield { place: answer.place, message: `${found}; expected less than half of it` };
      }
    }
  },
};
