// SEN020: a line about a group that nobody watches.
import { nearest, quoted } from "../../cluster/text.ts";
import { replaceWord } from "../edits.ts";
import { sentinelFiles } from "../rule-examples.ts";
import type { Rule } from "../rule.ts";
import { sentinelDirective } from "../sentinel-directives.ts";

export const sen020: Rule = {
  id: "SEN020",
  title: "line about a group that is not monitored",
  severity: "error",
  why: 'Sentinel exits at such a line: "No such master with specified name".',
  fix: "Write the name of the group as in its sentinel monitor line, or take the line out.",
  evidence: "measured with 7.0.15",
  sees: ["static"],
  bad: {
    about: "The group is called main, and one line says mymaster.",
    files: sentinelFiles({ lines: ["sentinel down-after-milliseconds mymaster 5000"] }),
  },
  good: {
    about: "One name throughout.",
    files: sentinelFiles({ lines: ["sentinel down-after-milliseconds main 5000"] }),
  },
  *check(facts) {
    for (const { config } of facts.sentinels) {
      // A line that is not known may be the missing sentinel monitor.
      if (config === undefined || config.gaps.length > 0) continue;
      const names = config.monitors.map(({ name }) => name);
      if (names.some(({ isUnknown }) => isUnknown)) continue;
      for (const orphan of config.orphans) {
        const [group] = orphan.words;
        const directive = orphan.name.replace(/^sentinel /, "");
        if (sentinelDirective(directive)?.isOfGroup !== true) continue;
        if (group === undefined || group.isUnknown) continue;
        const known = names.map(({ text }) => text);
        const meant = nearest(group.text, known);
        const guess = meant === undefined ? "" : `, perhaps ${quoted(meant)}`;
        const expected =
          known.length === 0 ? "a sentinel monitor line of it" : `a group it monitors${guess}`;
        const message = `${orphan.name} is about ${quoted(group.text)}; expected ${expected}`;
        const edits = meant === undefined ? {} : { edits: [replaceWord(group, meant)] };
        yield { place: group.place, message, ...edits };
      }
    }
  },
};
