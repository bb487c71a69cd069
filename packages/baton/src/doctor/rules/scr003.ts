// SCR003: a script that says yes whatever happened.
import type { Script, ScriptCommand } from "../facts-infrastructure.ts";
import type { Place } from "../finding.ts";
import { actions, reconfigScripts } from "../failover-scripts.ts";
import type { Rule } from "../rule.ts";

const head = "#!/bin/sh\n# client-reconfig-script\n";
const call = 'curl -fsS -m 5 -d "ip=$6" http://lb.internal/primary\n';

export const scr003: Rule = {
  id: "SCR003",
  title: "reconfiguration script always succeeds",
  severity: "error",
  why:
    "Sentinel repeats a script that ends with 1, up to ten times; 0 means that all is " +
    "done. Swallowed errors " +
    "leave the clients with the dead primary for good.",
  fix:
    "End with 1 when something outside did not work, with 2 or more only when another " +
    "try is of no use.",
  evidence: "measured: exit 1 is run again after 30 s; a published recipe ends with exit 0",
  sees: ["static"],
  bad: {
    about: "The answer of curl is not looked at.",
    files: { "reconfig.sh": `${head}${call}exit 0\n` },
  },
  good: {
    about: "The same lines, in a script that ends at the first failure.",
    files: { "reconfig.sh": `${head}set -e\n${call}exit 0\n` },
  },
  *check(facts) {
    for (const { script } of reconfigScripts(facts)) {
      const place = whereItShrugs(script);
      if (place !== undefined) {
        yield {
          place,
          message: "Every way through the script ends with 0; expected 1 when a step failed.",
        };
      }
    }
  },
};

function whereItShrugs(script: Script): Place | undefined {
  const doing = actions(script);
  const mayFail = script.exits.some(({ code }) => code === undefined || code !== 0);
  if (doing.length === 0 || mayFail) {
    return undefined;
  }
  const swallowed = doing.filter(({ outcome }) => outcome === "ignored");
  const last = script.commands.findLast(({ isNested }) => !isNested);
  if (script.language === "python") {
    // Without `try` a failure ends Python with 1.
    return swallowed.length === doing.length
      ? (script.exits[0]?.place ?? swallowed[0]?.place)
      : undefined;
  }
  if (swallowed.length === doing.length) {
    return swallowed[0]?.place;
  }
  // Whether a function or an `if` gives its failure on cannot be told from its name.
  return script.stopsOnError || last === undefined || !endsWell(last, doing) ? undefined : last.place;
}

/** The last command decides for a script without `set -e`. */
function endsWell(last: ScriptCommand, doing: readonly ScriptCommand[]): boolean {
  return last.outcome !== "condition" && !doing.includes(last) && last.name !== "exec";
}
