// SCR002: a script that believes its arguments, however old they are.
import { actions, asksForPrimary, reconfigScripts } from "../failover-scripts.ts";
import type { Rule } from "../rule.ts";

const head = "#!/bin/sh\n# client-reconfig-script\nset -e\n";

export const scr002: Rule = {
  id: "SCR002",
  title: "reconfiguration script trusts its arguments",
  severity: "error",
  why:
    "A run that ends with 1 is repeated for up to two hours with the addresses of its " +
    "first day, and every " +
    "Sentinel starts it at the same moment without an order. A late run points clients " +
    "back to an old primary.",
  fix: "Take the call as a wake-up: ask a majority of Sentinels for the primary, and use that address.",
  evidence:
    "measured: one leader and two observers within 15 ms; repeated after 30, 60, 120 s and so on",
  sees: ["static"],
  bad: {
    about: "The address comes from the arguments.",
    files: { "reconfig.sh": `${head}curl -fsS -m 5 -d "ip=$6" http://lb.internal/primary\n` },
  },
  good: {
    about: "The address comes from Sentinel, whoever woke the script.",
    files: {
      "reconfig.sh":
        `${head}IP=$(redis-cli -p 26379 sentinel get-master-addr-by-name "$1" | head -1)\n` +
        `curl -fsS -m 5 -d "ip=$IP" http://lb.internal/primary\n`,
    },
  },
  *check(facts) {
    for (const { script } of reconfigScripts(facts)) {
      const address = script.parameters.find(({ number }) => number >= 4);
      if (address !== undefined && actions(script).length > 0 && !asksForPrimary(script)) {
        yield {
          place: address.place,
          message:
            `The script acts on argument ${String(address.number)} and never asks a Sentinel who ` +
            "is primary now.",
        };
      }
    }
  },
};
