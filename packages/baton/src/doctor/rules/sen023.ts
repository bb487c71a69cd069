// SEN023: a comment behind a value, or two directives in one line.
import { quoted } from "../../cluster/text.ts";
import type { Directive, Facts } from "../facts.ts";
import { excessOf } from "../line-shapes.ts";
import { sentinelFiles } from "../rule-examples.ts";
import type { Rule } from "../rule.ts";

function linesOf({ redis, sentinels }: Facts): readonly Directive[] {
  const ofUsers = redis.flatMap(({ config }) =>
    (config?.users ?? []).map(({ rules, place }) => {
      const nameWord = { text: "user", place, isUnknown: false };
      return { name: "user", nameWord, words: rules, place };
    }),
  );
  return [
    ...sentinels.flatMap(({ config }) => config?.lines ?? []),
    ...redis.flatMap(({ config }) => config?.directives ?? []),
    ...ofUsers,
  ];
}

export const sen023: Rule = {
  id: "SEN023",
  title: "comment behind a value, or several directives in one line",
  severity: "error",
  why:
    "A # begins a comment only at the start of a line, and a directive ends only with its line. Redis and " +
    'Sentinel exit at what is too much: "wrong number of arguments", or "Unrecognized sentinel ' +
    'configuration statement".',
  fix: "Give every comment and every directive a line of its own.",
  evidence:
    "measured with 7.0.15 for bind, replicaof, port, dir, save, requirepass, user and sentinel lines",
  sees: ["static"],
  bad: {
    about: "The comment stands behind the number.",
    files: sentinelFiles({ lines: ["sentinel down-after-milliseconds main 5000 # five seconds"] }),
  },
  good: {
    about: "The comment has its line; a password may begin with #.",
    files: sentinelFiles({
      lines: ["# five seconds", "sentinel down-after-milliseconds main 5000", "requirepass #tulip"],
    }),
  },
  *check(facts) {
    const seen = new Set<Directive>();
    for (const line of linesOf(facts)) {
      if (seen.has(line)) continue;
      seen.add(line);
      const excess = excessOf(line);
      if (excess === undefined) continue;
      const { kind, word } = excess;
      const what =
        kind === "comment" ? "A comment begins" : `A second directive, ${quoted(word.text)}, begins`;
      const message = `${what} within the line of ${line.name}; expected it in a line of its own`;
      yield { place: word.place, message };
    }
  },
};
