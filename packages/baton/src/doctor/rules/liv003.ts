// LIV003: where Sentinels send clients is no primary.
import { isLoginProblem, namedPrimaries, nodeAt } from "../live/answers.ts";
import { quoted } from "../../cluster/text.ts";
import type { LiveRedis } from "../facts.ts";
import type { Rule } from "../rule.ts";

function stateOf({ info, silence }: LiveRedis): string | undefined {
  if (info === undefined) return `does not answer (${silence ?? "nothing was heard"})`;
  if (info.get("role") === "master") return undefined;
  return `is a replica of ${info.get("master_host") ?? "?"}:${info.get("master_port") ?? "?"}`;
}

export const liv003: Rule = {
  id: "LIV003",
  title: "Sentinels name a primary that is none",
  severity: "error",
  why:
    "Every client that asks Sentinel is sent to a node that refuses its writes, or to nobody. Sentinel " +
    "notices a role that was changed behind its back only after down-after and 20 s more, and then fails " +
    "over once more, to whatever node it likes.",
  fix:
    "Bring both into line by way of Sentinel: SENTINEL FAILOVER, or, when the right primary is known and " +
    "will stay, SENTINEL REMOVE and SENTINEL MONITOR with its address on every Sentinel.",
  evidence: "measured: after a FAILOVER command Sentinel failed over to a third node 27 s later",
  sees: ["live"],
  *check(facts) {
    for (const group of facts.groups) {
      for (const name of namedPrimaries(group)) {
        const live = nodeAt(group, name);
        const state = live && stateOf(live);
        if (live === undefined || state === undefined) continue;
        if (isLoginProblem(live.silence ?? "")) {
          yield { needs: `a login for ${name}: ${live.silence ?? ""}` };
          continue;
        }
        const place = { file: name, line: 0, column: 0 };
        const found = `Sentinels send clients of ${quoted(group.name)} here, and it ${state}`;
        yield { place, message: `${found}; expected a primary` };
      }
    }
  },
};
