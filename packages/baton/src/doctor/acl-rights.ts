// What an ACL user may do: its words in order, as Redis reads them, and unknown where a placeholder decides.
import { categoriesOf } from "./acl-categories.ts";
import type { AclUser, LiveUser, RedisInstance, Word } from "./facts.ts";

/** Undefined: a placeholder, or a category whose members this table does not hold, decides. */
type Answer = boolean | undefined;

/** Words of one set of rights: the user's own, or those of a selector in parentheses. */
type Rights = readonly Word[];

/**
 * Whether the user may run a command, by its own rights or one of its selectors. For a command with
 * subcommands name the one that is meant: `mayRun(user, "config", "rewrite")`. Keys are not looked at.
 */
export function mayRun(user: AclUser, command: string, subcommand?: string): Answer {
  return anyOf(rightsOf(user).map((rights) => runs(rights, command, subcommand)));
}

/**
 * Whether the user may use a channel with a command that it may run. `isOpenByDefault` is what a user gets
 * that names no channel: all of them before Redis 7.0 (`acl-pubsub-default`), then none.
 */
export function mayUseChannel(
  user: AclUser,
  channel: string,
  {
    command = "subscribe",
    isOpenByDefault = false,
  }: { command?: string; isOpenByDefault?: Answer } = {},
): Answer {
  const answers = rightsOf(user).map((rights, index) => {
    // Selectors begin without channels in every version.
    const opensChannel = reaches(rights, channel, index === 0 ? isOpenByDefault : false);
    return both(runs(rights, command, undefined), opensChannel);
  });
  return anyOf(answers);
}

/** Whether anybody can log in as this user. */
export function isOn(user: AclUser): Answer {
  return settle(user.rules, false, (word) => {
    if (word === "on") return true;
    return word === "off" || word === "reset" ? false : "unchanged";
  });
}

/** The users of a node: what it says itself, else its file. Undefined when neither says anything. */
export function usersOf(node: RedisInstance): readonly AclUser[] | undefined {
  if (node.live?.users !== undefined) {
    const { address, port, users } = node.live;
    return users.map((user) => fromLive(user, `${address}:${String(port)}`));
  }
  return node.config?.users;
}

function fromLive({ name, line }: LiveUser, file: string): AclUser {
  const place = { file, line: 0, column: 0 };
  const words = line.split(/\s+/).filter((word) => word !== "");
  // ACL LIST begins each line with "user <name>".
  const rules = words[0] === "user" ? words.slice(2) : words;
  return { name, place, rules: rules.map((text) => ({ text, place, isUnknown: false })) };
}

function rightsOf(user: AclUser): readonly Rights[] {
  const own: Word[] = [];
  let selectors: Word[][] = [];
  let open: Word[] | undefined;
  for (const word of user.rules) {
    const { text } = word;
    if (open === undefined && /^(clearselectors|reset)$/i.test(text)) selectors = [];
    if (open === undefined && !text.startsWith("(")) {
      own.push(word);
      continue;
    }
    if (open === undefined) {
      open = [];
      selectors.push(open);
    }
    // Its parts may stand in words of their own: "(~x", "+get)".
    for (const part of text.replace(/^\(/, "").replace(/\)$/, "").split(/\s+/)) {
      if (part !== "") open.push({ ...word, text: part });
    }
    if (text.endsWith(")")) open = undefined;
  }
  return [own, ...selectors];
}

function runs(rights: Rights, command: string, subcommand: string | undefined): Answer {
  const name = command.toLowerCase();
  const full = subcommand === undefined ? name : `${name}|${subcommand.toLowerCase()}`;
  const categories = categoriesOf(full);
  return settle(rights, false, (word) => {
    if (word === "allcommands" || word === "+@all") return true;
    if (word === "nocommands" || word === "-@all" || word === "reset") return false;
    const sign = word.charAt(0);
    if (sign !== "+" && sign !== "-") return "unchanged";
    const rest = word.slice(1);
    if (!rest.startsWith("@")) return rest === name || rest === full ? sign === "+" : "unchanged";
    if (categories === undefined) return undefined;
    return categories.includes(rest.slice(1)) ? sign === "+" : "unchanged";
  });
}

function reaches(rights: Rights, channel: string, byDefault: Answer): Answer {
  return settle(rights, byDefault, (word, asWritten) => {
    if (word === "allchannels" || word === "&*") return true;
    if (word === "resetchannels") return false;
    if (word === "reset") return byDefault;
    if (!word.startsWith("&")) return "unchanged";
    return globMatches(asWritten.slice(1), channel) ? true : "unchanged";
  });
}

/** The last word that changes the answer decides; passwords never do. */
function settle(
  words: Rights,
  start: Answer,
  step: (word: string, asWritten: string) => Answer | "unchanged",
): Answer {
  let answer = start;
  for (const { text, isUnknown } of words) {
    if (/^[><#!]/.test(text)) continue;
    if (isUnknown) {
      answer = undefined;
      continue;
    }
    const next = step(text.toLowerCase(), text);
    if (next !== "unchanged") answer = next;
  }
  return answer;
}

/** Redis' glob with `*` and `?`, all that channel patterns of real files use; [..] counts as text. */
function globMatches(pattern: string, text: string): boolean {
  let at = 0;
  let inText = 0;
  let star = -1;
  let resume = 0;
  while (inText < text.length) {
    const sign = pattern[at];
    if (sign === "*") {
      star = at;
      at += 1;
      resume = inText;
    } else if (sign === "?" || sign === text[inText]) {
      at += 1;
      inText += 1;
    } else if (star >= 0) {
      at = star + 1;
      resume += 1;
      inText = resume;
    } else {
      return false;
    }
  }
  return /^\**$/.test(pattern.slice(at));
}

function anyOf(answers: readonly Answer[]): Answer {
  if (answers.includes(true)) return true;
  return answers.includes(undefined) ? undefined : false;
}

function both(one: Answer, other: Answer): Answer {
  if (one === false || other === false) return false;
  return one === undefined || other === undefined ? undefined : true;
}
