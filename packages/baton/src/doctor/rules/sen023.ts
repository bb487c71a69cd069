// SEN023: a comment behind a value, two directives in one line, and other lines that end the start.
import { counted, printable, quoted } from "../../cluster/text.ts";
import type { Directive, Facts, Malformed } from "../facts.ts";
import type { Draft } from "../finding.ts";
import { excessOf } from "../line-shapes.ts";
import { sentinelFiles } from "../rule-examples.ts";
import type { Rule } from "../rule.ts";
import { sentinelDirective, takesWords } from "../sentinel-directives.ts";

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

function tooMuch(line: Directive): Draft | undefined {
  const excess = excessOf(line);
  if (excess === undefined) return undefined;
  const { kind, word } = excess;
  const what =
    kind === "comment" ? "A comment begins" : `A second directive, ${quoted(word.text)}, begins`;
  const message = `${what} within the line of ${line.name}; expected it in a line of its own`;
  return { place: word.place, message };
}

/** Which words they are may be secret. */
function wrongCount({ name, words, place }: Directive): Draft | undefined {
  const directive = name.replace(/^sentinel /, "");
  const known = directive === name ? undefined : sentinelDirective(directive);
  const isRight = known === undefined || takesWords(directive, words.length) === true;
  // Too few behind `monitor` is what the parser says.
  const isSaid = directive === "monitor" && words.length < 4;
  if (isRight || isSaid || words.some(({ isUnknown }) => isUnknown)) return undefined;
  const message = `${name} takes ${counted(known.words, "word")}, and has ${words.length}`;
  return { place, message: `${message}; expected ${known.words}` };
}

/** What the parser stumbled over; in a template a tag may be the reason. */
function malformedOf({ redis, sentinels }: Facts): readonly Malformed[] {
  const configs = [...redis, ...sentinels].flatMap(({ config }) => config ?? []);
  return configs.flatMap(({ malformed, isTemplate }) => (isTemplate ? [] : malformed));
}

export const sen023: Rule = {
  id: "SEN023",
  title: "comment behind a value, several directives in one line, or half a line",
  severity: "error",
  why:
    "A # begins a comment only at the start of a line, and a directive ends only with its line. Redis and " +
    'Sentinel exit at what is too much or too little: "wrong number of arguments", or "Unrecognized ' +
    'sentinel configuration statement".',
  fix: "Give every comment and every directive a line of its own, with all its words.",
  evidence:
    "measured with 7.0.15 for bind, replicaof, port, dir, save, requirepass, user and sentinel lines, " +
    "quotes that are open, a group or a user twice, and comments in an ACL file",
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
      const draft = tooMuch(line) ?? wrongCount(line);
      if (draft !== undefined) yield draft;
    }
    for (const { place, message } of malformedOf(facts)) {
      yield { place, message: `This line ${printable(message)}; expected one that the server takes` };
    }
  },
};
