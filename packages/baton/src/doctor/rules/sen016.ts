// SEN016: what Sentinel keeps for itself, in a template.
import { counted } from "../../cluster/text.ts";
import type { Directive } from "../facts.ts";
import { identity } from "../rule-examples.ts";
import type { Rule } from "../rule.ts";

const STATE = new Set(
  [
    "myid",
    "current-epoch",
    "config-epoch",
    "leader-epoch",
    "known-replica",
    "known-slave",
    "known-sentinel",
  ].map((name) => `sentinel ${name}`),
);

/** A placeholder may be a value of each host's own, which says nothing about a state. */
function isState({ name, words }: Directive): boolean {
  return STATE.has(name) && words.length > 0 && words.every((word) => !word.isUnknown);
}

export const sen016: Rule = {
  id: "SEN016",
  title: "Sentinel's state in a template",
  severity: "error",
  why:
    "Sentinel writes its id, its epochs and all that it has found into its file. A template with " +
    "such lines gives every host one identity and puts the cluster back to the day on which the " +
    "lines were copied.",
  fix:
    "Take these lines out of the template, write the file only where there is none yet, and change " +
    "a running Sentinel by SENTINEL SET.",
  evidence:
    "measured: Sentinels that share an id elect two leaders; a file put back brings the old primary " +
    "back",
  sees: ["static"],
  bad: {
    about: "A running Sentinel's file made into a template.",
    files: {
      "templates/sentinel.conf.j2": `port {{ sentinel_port }}
sentinel myid ${identity(1)}
sentinel monitor main {{ primary_address }} 6379 2
sentinel config-epoch main 4
sentinel known-replica main 10.0.0.2 6379
`,
    },
  },
  good: {
    about: "The same without what Sentinel finds out for itself.",
    files: {
      "templates/sentinel.conf.j2": `port {{ sentinel_port }}
sentinel monitor main {{ primary_address }} 6379 2
sentinel down-after-milliseconds main 5000
`,
    },
  },
  *check(facts) {
    for (const { config } of facts.sentinels) {
      if (config?.isTemplate !== true) continue;
      const state = config.lines.filter(isState);
      const [first] = state;
      if (first === undefined) continue;
      const more = state.length === 1 ? "" : `, the first of ${counted(state.length, "such line")}`;
      const message = `This template holds Sentinel's own state (${first.name}${more}); expected none`;
      yield { place: first.place, message };
    }
  },
};
