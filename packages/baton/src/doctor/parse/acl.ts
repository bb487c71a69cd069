// Reads users: the lines of an aclfile, and `user` lines of redis.conf and sentinel.conf.
import type { AclUser, Directive, Malformed, Word } from "../facts.ts";
import type { SourceText } from "../sources.ts";
import type { TemplateLine } from "./template.ts";
import { isPlaceholder, seeThrough } from "./template.ts";

export interface AclFile {
  readonly file: string;
  readonly users: readonly AclUser[];
  readonly malformed: readonly Malformed[];
}

/**
 * An aclfile knows neither quotes nor comments: blanks separate words, and every line begins with
 * `user`. Redis does not start with any other line, or with a user twice (seen on 7.0.15).
 */
export function parseAcl(source: SourceText): AclFile {
  const users: AclUser[] = [];
  const malformed: Malformed[] = [];
  for (const line of seeThrough(source).lines) {
    const [first, name, ...rules] = wordsOf(source.path, line);
    // A line that is one placeholder may say anything.
    if (first === undefined || /^[{<$]/.test(first.text)) continue;
    if (first.text.startsWith("#")) {
      malformed.push({
        place: first.place,
        message: "is a comment, which Redis refuses in an ACL file",
      });
    } else if (first.text.toLowerCase() !== "user" || name === undefined) {
      malformed.push({ place: first.place, message: 'does not begin with "user" and a name' });
    } else users.push({ name: name.text, rules, place: first.place });
  }
  return { file: source.path, users, malformed: [...malformed, ...repeatedUsers(users)] };
}

/** Undefined when the line is of another kind, or names nobody. */
export function aclUser(line: Directive): AclUser | undefined {
  const [name, ...rules] = line.words;
  if (line.name !== "user" || name === undefined) return undefined;
  return { name: name.text, rules, place: line.place };
}

/** Templates repeat a line for users that they do not know yet: those are not counted. */
export function repeatedUsers(users: readonly AclUser[]): readonly Malformed[] {
  const seen = new Set<string>();
  const found: Malformed[] = [];
  for (const { name, place, rules } of users) {
    const isSettled = /^[\w@.-]+$/.test(name) && !rules.every((rule) => rule.isUnknown);
    if (seen.has(name) && isSettled) {
      found.push({ place, message: `defines the user ${name} a second time` });
    }
    seen.add(name);
  }
  return found;
}

function wordsOf(file: string, line: TemplateLine): readonly Word[] {
  return [...line.masked.matchAll(/\S+/g)].map((match) => {
    const column = match.index + 1;
    const text = line.written.slice(match.index, match.index + match[0].length);
    const isUnknown = line.isConditional || isPlaceholder(match[0]);
    return { text, place: { file, line: line.number, column }, isUnknown };
  });
}
