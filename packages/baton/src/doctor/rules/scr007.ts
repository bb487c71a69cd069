// SCR007: a script that only says that it does something.
import { failoverScripts, isSaying } from "../failover-scripts.ts";
import type { Rule } from "../rule.ts";

const head = "#!/bin/sh\n# client-reconfig-script\nset -e\n";

export const scr007: Rule = {
  id: "SCR007",
  title: "script that simulates its work",
  severity: "error",
  why:
    "A stub that prints what it would do and ends with 0 passes for a success: Sentinel " +
    "and every log say that the " +
    "clients were moved, and they still talk to the dead primary.",
  fix: "Make the call, read the result back, and end with 1 unless it is what it should be.",
  evidence: "a published recipe ships it so",
  sees: ["static"],
  bad: {
    about: "The line that would do it is a message.",
    files: { "reconfig.sh": `${head}echo "Simulating update of the load balancer to $6"\n` },
  },
  good: {
    about: "A message about something that is really done.",
    files: {
      "reconfig.sh":
        `${head}echo "Updating the load balancer to $6"\ncurl -fsS -m 5 -d "ip=$6" ` +
        "http://lb.internal/primary\n",
    },
  },
  *check(facts) {
    for (const { script } of failoverScripts(facts)) {
      const saying = script.commands.filter(isSaying);
      const found = saying.find(({ words }) => words.some(({ text }) => isConfession(text)));
      // A dry run is asked for by an option, and is no stub.
      const isDryRun = script.comments
        .concat(script.assignments.map(({ value }) => value))
        .some(({ text }) => /dry[ _-]?run/i.test(text));
      if (found !== undefined && !isDryRun) {
        yield {
          place: found.place,
          message: "The script prints that it simulates its work instead of doing it.",
        };
      }
    }
  },
};

const CONFESSIONS = [
  /\bsimulat(e|es|ed|ing|ion)\b|\bplaceholder\b|\bnot (yet )?implemented\b/i,
  /\b(would|should) (now |then )?(update|call|change|switch|point|send) /i,
];

function isConfession(text: string): boolean {
  return CONFESSIONS.some((pattern) => pattern.test(text));
}
