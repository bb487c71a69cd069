// Finds Baton's command lines in a page, and holds each against the table of commands: a page must not tell
// anybody to type what does not exist.
import type { Command, OptionSpec } from "../../packages/baton/src/commands/command.ts";

export interface CommandLine {
  /** The words after `baton`. */
  readonly words: readonly string[];
  /** In a block to type, every argument that is needed has to be there; in a sentence a name may do. */
  readonly isWhole: boolean;
}

const BEFORE = /^(?:\$ |sudo |exec |npx |node_modules\/\.bin\/)*baton (?=[a-z-]+(?:\s|$))/;
/** A block of output or of configuration is none of commands. */
const SHELL = new Set(["", "sh", "bash", "shell", "console"]);

/** A remark after a command begins with a # or after two blanks; another command after ; | or &&. */
const commandOf = (line: string): string => line.split(/ {2,}|\s#|;|\||&&|\s[<>]/)[0]?.trim() ?? "";

function wordsOf(line: string): readonly string[] {
  const words = commandOf(line.replace(BEFORE, "")).match(/"[^"]*"|'[^']*'|\S+/g) ?? [];
  return words.map((word) => word.replace(/^(["'])(.*)\1$/, "$2"));
}

function blocksOf(text: string): readonly string[] {
  const fenced = [...text.matchAll(/^ *```(\w*)\n([\s\S]*?)^ *```/gm)];
  const typed = fenced.flatMap(([, kind = "", body = ""]) => (SHELL.has(kind) ? body.split("\n") : []));
  const rest = text.replaceAll(/^ *```[\s\S]*?^ *```/gm, "");
  const indented = rest.split("\n").filter((line) => /^ {4,}\S/.test(line));
  return [...typed, ...indented].map((line) => line.trim());
}

export function commandLinesIn(text: string): readonly CommandLine[] {
  const blocks = blocksOf(text).map((line) => ({ line, isWhole: true }));
  const prose = text.replaceAll(/^ *```[\s\S]*?^ *```/gm, "").replaceAll(/^ {4,}.*$/gm, "");
  const spans = [...prose.matchAll(/`([^`\n]+)`/g)].map(([, line = ""]) => ({ line, isWhole: false }));
  return [...blocks, ...spans]
    .filter(({ line }) => BEFORE.test(line))
    .map(({ line, isWhole }) => ({ words: wordsOf(line), isWhole }));
}

const isMeant = (id: string, words: readonly string[]): boolean =>
  id.split(" ").every((part, index) => words[index] === part);

const flagOf = ({ flags }: OptionSpec): string => /--[a-z-]+/.exec(flags)?.[0] ?? flags;

function choiceWrong({ choices }: OptionSpec, value: string): boolean {
  // WORDS in capitals stand for something of the reader's.
  return choices !== undefined && !/^[A-Z]+$/.test(value) && !choices.includes(value);
}

/** What is wrong with the flags, and the other words. A sentence may name a flag without its value. */
function flagsAgainst(command: Command, words: readonly string[], isWhole: boolean) {
  const wrong: string[] = [];
  const places: string[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? "";
    if (!word.startsWith("--")) {
      if (word !== "...") places.push(word);
      continue;
    }
    const [flag = word, inline] = word.split("=", 2);
    if (flag === "--help") continue;
    const option = command.options.find((one) => flagOf(one) === flag);
    if (option === undefined) {
      wrong.push(`baton ${command.id} has no ${flag}`);
      continue;
    }
    const next = words[index + 1];
    const takesNext = inline === undefined && next !== undefined && !next.startsWith("--");
    const isOptional = option.flags.includes("[");
    if (!option.flags.includes("<") && !(isOptional && takesNext)) continue;
    if (inline === undefined && !takesNext) {
      if (isWhole) wrong.push(`baton ${command.id} ${flag} needs a value`);
      continue;
    }
    const value = inline ?? next ?? "";
    if (choiceWrong(option, value)) wrong.push(`baton ${command.id} ${flag} does not take ${value}`);
    if (inline === undefined) index += 1;
  }
  return { wrong, places };
}

function placesAgainst(command: Command, places: readonly string[], isWhole: boolean): string[] {
  const wanted = command.arguments ?? [];
  const needed = wanted.filter(({ name }) => name.startsWith("<")).length;
  const isEndless = wanted.some(({ name }) => name.includes("..."));
  if (!isEndless && places.length > wanted.length)
    return [`baton ${command.id} takes ${wanted.length} words, found ${places.join(" ")}`];
  if (isWhole && places.length < needed)
    return [`baton ${command.id} needs ${wanted.map(({ name }) => name).join(" ")}`];
  return [];
}

/** Sentences on what would not work when it is typed; none for a line that is right. */
export function wrongIn(
  { words, isWhole }: CommandLine,
  commands: readonly Command[],
): readonly string[] {
  const [command] = commands
    .filter(({ id }) => isMeant(id, words))
    .sort((a, b) => b.id.split(" ").length - a.id.split(" ").length);
  if (command === undefined) {
    const isGroup = words.length === 1 && commands.some(({ id }) => id.startsWith(`${words[0]} `));
    return isGroup && !isWhole ? [] : [`there is no command baton ${words.join(" ")}`];
  }
  if (command.isHook === true) return [];
  const { wrong, places } = flagsAgainst(command, words.slice(command.id.split(" ").length), isWhole);
  return [...wrong, ...placesAgainst(command, places, isWhole)];
}
