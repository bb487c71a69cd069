// SEN020: a line about a group that nobody watches.
import { nearest, quoted } from "../../cluster/text.ts";
import { replaceWord } from "../edits.ts";
import type { Monitor } from "../facts.ts";
import { sentinelFiles } from "../rule-examples.ts";
import type { Rule } from "../rule.ts";
import { sentinelDirective, takesWords } from "../sentinel-directives.ts";

/** What Sentinel writes itself; no slip of a person's. */
const STATE = /^(?:known-|config-epoch$|leader-epoch$)/;

/**
 * Whether the one group can only be meant: it lacks such a line, and no number differs. "cache-4" may well be
 * a group that is gone, whose password would become that of "cache-1".
 */
function isSlip(directive: string, text: string, monitors: readonly Monitor[]): boolean {
  const [monitor, ...others] = monitors;
  if (monitor === undefined || others.length > 0 || STATE.test(directive)) return false;
  const digits = (name: string): string => name.replaceAll(/\D/g, "");
  return !monitor.options.has(directive) && digits(text) === digits(monitor.name.text);
}

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
        // A line that lacks a word may lack the group.
        if (takesWords(directive, orphan.words.length) === false) continue;
        const known = names.map(({ text }) => text);
        const meant = nearest(group.text, known);
        const guess = meant === undefined ? "" : `, perhaps ${quoted(meant)}`;
        const expected =
          known.length === 0 ? "a sentinel monitor line of it" : `a group it monitors${guess}`;
        const message = `${orphan.name} is about ${quoted(group.text)}; expected ${expected}`;
        const isCertain = meant !== undefined && isSlip(directive, group.text, config.monitors);
        const edits = isCertain ? { edits: [replaceWord(group, meant)] } : {};
        yield { place: group.place, message, ...edits };
      }
    }
  },
};
