// LIV001: two nodes of one group that both take writes.
import { answersOf, namedPrimaries, numberIn } from "../live/answers.ts";
import { counted, listed } from "../../cluster/text.ts";
import type { Rule } from "../rule.ts";

export const liv001: Rule = {
  id: "LIV001",
  title: "more than one primary in a group",
  severity: "error",
  why:
    "Both take writes, and all that went to the one which Sentinel does not name is thrown away when it " +
    "is made a replica. A restarted old primary is one for about 10 s; one that stays so refuses " +
    "Sentinel's commands.",
  fix:
    "Compare what both hold before anything else. Then stop writes at the one that Sentinel does not " +
    "name, save what only it has, and make it a replica. If it becomes a primary again, look for OOM, " +
    "NOPERM and EXECABORT in its INFO errorstats.",
  evidence: "measured: with min-replicas-to-write 0 an old primary took 100 writes that were lost",
  sees: ["live"],
  *check(facts) {
    for (const group of facts.groups) {
      const named = namedPrimaries(group);
      const primaries = answersOf(group.nodes).filter(({ isPrimary }) => isPrimary);
      if (primaries.length < 2) continue;
      const unnamed = primaries.filter(({ name }) => !named.includes(name));
      for (const { name, place, info } of unnamed.length > 0 ? unnamed : primaries.slice(1)) {
        const others = primaries.map((one) => one.name).filter((other) => other !== name);
        const replicas = counted(numberIn(info, "connected_slaves") ?? 0, "replica");
        const offset = info.get("master_repl_offset") ?? "unknown";
        const told = named.length === 0 ? "" : `, and Sentinels name ${listed(named)}`;
        const message =
          `It is a primary (${replicas}, offset ${offset}) beside ${listed(others)}; ` +
          `expected one primary${told}`;
        yield { place, message };
      }
    }
  },
};
