// LIV015: several Sentinels that forget everything in the same moment.
import { listeningNeeded } from "../events.ts";
import { resetsHeard } from "../reset-events.ts";
import type { Rule } from "../rule.ts";
import { resetsAtFailover, resetsInPlaybooks, resetsInScripts } from "../sentinel-resets.ts";

const script = (rest: string): string =>
  '#!/bin/sh\nfor host in s1 s2 s3; do\n  redis-cli -h "$host" -p 26379 sentinel reset main\n' +
  `${rest}done\n`;

export const liv015: Rule = {
  id: "LIV015",
  title: "SENTINEL RESET on several Sentinels at once",
  severity: "error",
  why:
    "A reset Sentinel forgets all replicas and all other Sentinels, and learns them again from the " +
    "primary. Where all forget in the same moment nobody can vote, and with the primary down at that " +
    "time nobody is left to ask: the replicas are forgotten for good, and no failover happens.",
  fix:
    "Reset one Sentinel after the other, only while primary and replicas are up, and wait 30 s or until " +
    "SENTINEL CKQUORUM of that one says OK. Never reset in a script that a failover starts.",
  evidence:
    "measured: after a reset with the primary down num-slaves stayed 0, and a replica that was down was " +
    "forgotten; Sentinel's manual asks for 30 s between two",
  sees: ["static", "live"],
  bad: { about: "One loop over all Sentinels.", files: { "reset.sh": script("") } },
  good: { about: "The same, which waits.", files: { "reset.sh": script("  sleep 30\n") } },
  *check(facts) {
    yield* listeningNeeded(facts);
    yield* resetsHeard(facts);
    for (const { place, found } of resetsAtFailover(facts)) {
      yield {
        place,
        message: `${found}, on all of them and while nodes are down; expected no reset there.`,
      };
    }
    for (const { place, found } of [...resetsInScripts(facts), ...resetsInPlaybooks(facts)]) {
      yield { place, message: `${found}; expected one, and 30 s or SENTINEL CKQUORUM before the next.` };
    }
  },
};
