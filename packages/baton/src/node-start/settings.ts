// A settings file of Redis or Sentinel, line by line, and what differs between two of them. Pure.
import { wordsOf } from "./redis-config.ts";

export interface Settings {
  /** Words after `user NAME`, by name. */
  readonly users: ReadonlyMap<string, readonly string[]>;
  /** What CONFIG SET would take for it, by name in small letters; lines of one name are joined. */
  readonly directives: ReadonlyMap<string, string>;
}

export function parseSettings(text: string): Settings {
  const users = new Map<string, readonly string[]>();
  const directives = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const [first = "", ...values] = wordsOf(line);
    const name = first.toLowerCase();
    if (name === "") continue;
    if (name === "user") {
      const [user = "", ...rules] = values;
      users.set(user, rules);
      continue;
    }
    const earlier = directives.get(name);
    directives.set(name, [...(earlier === undefined ? [] : [earlier]), values.join(" ")].join(" "));
  }
  return { users, directives };
}

export interface DirectiveChange {
  readonly name: string;
  /** Undefined: the line is gone, and Redis' own default counts, which nobody here knows. */
  readonly value: string | undefined;
}

/** In the order of the new file; what is gone comes last. */
export function directiveChanges(before: Settings, after: Settings): readonly DirectiveChange[] {
  const changed = [...after.directives].flatMap(([name, value]) =>
    before.directives.get(name) === value ? [] : [{ name, value }],
  );
  const gone = [...before.directives.keys()].filter((name) => !after.directives.has(name));
  return [...changed, ...gone.map((name) => ({ name, value: undefined }))];
}

const isHash = (rule: string): boolean => rule.startsWith("#");
const hashesOf = (rules: readonly string[]): readonly string[] => rules.filter(isHash);

export interface UserChange {
  readonly name: string;
  /** Undefined: the user is to go. */
  readonly rules: readonly string[] | undefined;
}

const isEqual = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((word, index) => word === b[index]);

/** Every user of `after` by the new rules, with the passwords of before still among them. */
export function usersOfBoth(
  before: Settings,
  after: Settings,
): readonly { readonly name: string; readonly rules: readonly string[] }[] {
  return [...after.users].map(([name, rules]) => {
    const old = hashesOf(before.users.get(name) ?? []);
    return { name, rules: [...rules, ...old.filter((hash) => !rules.includes(hash))] };
  });
}

/**
 * What everybody has to be let in with before anybody uses something new, as far as it is not in force;
 * nobody is removed.
 */
export function usersToAccept(before: Settings, after: Settings): readonly UserChange[] {
  return usersOfBoth(before, after).filter(({ name, rules }) => {
    const old = before.users.get(name) ?? [];
    return rules.length !== old.length || !rules.every((rule) => old.includes(rule));
  });
}

/** What is left to do when nobody uses the passwords of before any more. */
export function usersToForget(before: Settings, after: Settings): readonly UserChange[] {
  const changed = [...after.users].flatMap(([name, rules]): readonly UserChange[] =>
    isEqual(rules, before.users.get(name) ?? []) ? [] : [{ name, rules }],
  );
  const gone = [...before.users.keys()].filter((name) => !after.users.has(name));
  return [...changed, ...gone.map((name) => ({ name, rules: undefined }))];
}

/** Users whose every password of before would be refused from now on. */
export function usersLockedOut(before: Settings, after: Settings): readonly string[] {
  return [...after.users].flatMap(([name, rules]) => {
    const old = hashesOf(before.users.get(name) ?? []);
    return old.length > 0 && !old.some((hash) => rules.includes(hash)) ? [name] : [];
  });
}

/** The text of a settings file with other users in it, for the record of what has been applied. */
export function withUsers(text: string, changes: readonly UserChange[]): string {
  const byName = new Map(changes.map(({ name, rules }) => [name, rules]));
  const lines = text.split(/\r?\n/).filter((line) => {
    const [first = "", user = ""] = wordsOf(line);
    return first.toLowerCase() !== "user" || !byName.has(user);
  });
  const written = changes.flatMap(({ name, rules }) =>
    rules === undefined ? [] : [["user", name, ...rules].join(" ")],
  );
  const kept = lines.filter((line, index) => line !== "" || index < lines.length - 1);
  return [...kept, ...written].map((line) => `${line}\n`).join("");
}
