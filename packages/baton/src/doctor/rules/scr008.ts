// SCR008: a script that knows the new primary's port by heart.
import type { ScriptCommand } from "../facts-infrastructure.ts";
import type { Word } from "../facts.ts";
import { actions, reconfigScripts } from "../failover-scripts.ts";
import type { Rule } from "../rule.ts";

const head = "#!/bin/sh\n# client-reconfig-script\nset -e\n";

export const scr008: Rule = {
  id: "SCR008",
  title: "hard-coded port in a reconfiguration script",
  severity: "warning",
  why:
    "Sentinel passes the new primary's port as $7. A node on another port, or behind " +
    "NAT, is never reached.",
  fix: "Use $7, or the port that Sentinel answers with.",
  evidence: "Sentinel's arguments as measured; a published recipe has it",
  sees: ["static"],
  bad: {
    about: "The port is written out.",
    files: { "reconfig.sh": `${head}lb-tool move --ip "$6" --port 6379\n` },
  },
  good: {
    about: "The port is the one that Sentinel passes.",
    files: { "reconfig.sh": `${head}lb-tool move --ip "$6" --port "$7"\n` },
  },
  *check(facts) {
    for (const { script } of reconfigScripts(facts)) {
      const usesPort = script.takesAll || script.parameters.some(({ number }) => number === 7);
      const usesAddress = script.parameters.some(({ number }) => number >= 2 && number <= 6);
      const word = actions(script).flatMap(literalPort)[0];
      if (!usesPort && usesAddress && word !== undefined) {
        yield {
          place: word.place,
          message: "The port is always 6379 here; expected argument 7, the new primary's.",
        };
      }
    }
  },
};

/** What is asked of a Redis by its usual port is another matter: only its address is passed on. */
function literalPort({ name, words }: ScriptCommand): readonly Word[] {
  return /^(redis|valkey)-cli$/.test(name)
    ? []
    : words.filter(({ text }) => /(^|[^\d])6379([^\d]|$)/.test(text));
}
