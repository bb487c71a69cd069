// Splits redis.conf and sentinel.conf into lines of words by the server's own rules.
import type { Directive, Malformed, Word } from "../facts.ts";
import type { Place } from "../finding.ts";
import type { SourceText } from "../sources.ts";
import type { TemplateLine } from "./template.ts";
import { isPlaceholder, seeThrough } from "./template.ts";

export interface ConfLines {
  readonly lines: readonly Directive[];
  readonly malformed: readonly Malformed[];
  /** Lines whose name is a placeholder: they may say anything. */
  readonly gaps: readonly Place[];
  readonly isTemplate: boolean;
}

/**
 * Every line that is neither empty nor a comment. A # begins a comment only as a line's first character
 * behind blanks; elsewhere it is a word like any other, as it is for the server.
 */
export function confLines(source: SourceText): ConfLines {
  const lines: Directive[] = [];
  const malformed: Malformed[] = [];
  const gaps: Place[] = [];
  const seen = seeThrough(source, { withComments: false });
  for (const line of seen.lines) {
    const text = line.number === 1 ? line.masked.replace(/^\uFEFF/, " ") : line.masked;
    const start = text.search(/\S/);
    if (start < 0 || text[start] === "#") continue;
    const words = splitLine(source.path, line, text);
    if (words === undefined) {
      malformed.push({
        place: { file: source.path, line: line.number, column: start + 1 },
        message: "has quotes that are not closed",
      });
      continue;
    }
    const [nameWord, ...rest] = words;
    if (nameWord === undefined) continue;
    if (isHidden(nameWord, line)) gaps.push(nameWord.place);
    else lines.push(directive(nameWord, rest, line));
  }
  return { lines, malformed, gaps, isTemplate: seen.isTemplate };
}

function directive(nameWord: Word, words: readonly Word[], line: TemplateLine): Directive {
  const common = { name: nameWord.text.toLowerCase(), nameWord, words, place: nameWord.place };
  return line.isConditional ? { ...common, isConditional: true } : common;
}

/** A conditional line makes its words unknown, not its name. */
function isHidden(word: Word, line: TemplateLine): boolean {
  return word.isUnknown && !(line.isConditional && /^[\w-]+$/.test(word.text));
}

/** The words of one masked line; undefined when the quotes are not balanced. */
function splitLine(file: string, line: TemplateLine, masked: string): readonly Word[] | undefined {
  const words: Word[] = [];
  let at = 0;
  for (;;) {
    while (at < masked.length && isBlank(masked[at])) at += 1;
    if (at >= masked.length) return words;
    const token = readToken(masked, at);
    if (token === undefined) return undefined;
    const place = { file, line: line.number, column: at + 1 };
    const written = line.written.slice(at, token.end);
    const isOpen = isPlaceholder(token.text);
    // A placeholder is shown as it is written; its quotes are not part of it.
    const text = isOpen ? written.replace(/^(["'])(.*)\1$/s, "$2") : token.text;
    const isUnknown = isOpen || line.isConditional;
    const length = written.length;
    words.push(length === text.length ? { text, place, isUnknown } : { text, place, isUnknown, length });
    at = token.end;
  }
}

interface Token {
  readonly text: string;
  readonly end: number;
}

/** A word without quotes, as most are. */
const PLAIN = /[^ \t\n\v\f\r"']*/y;

/** Quotes may begin within a word and end it; what follows the closing one has to be a blank. */
function readToken(text: string, start: number): Token | undefined {
  PLAIN.lastIndex = start;
  const plain = PLAIN.exec(text)?.[0] ?? "";
  const end = start + plain.length;
  if (end >= text.length || isBlank(text[end])) return { text: plain, end };
  let decoded = "";
  let at = start;
  while (at < text.length && !isBlank(text[at])) {
    const character = text[at] ?? "";
    if (character === '"' || character === "'") {
      const quoted = character === '"' ? readDouble(text, at + 1) : readSingle(text, at + 1);
      if (quoted === undefined) return undefined;
      const isClosed = quoted.end >= text.length || isBlank(text[quoted.end]);
      return isClosed ? { text: decoded + quoted.text, end: quoted.end } : undefined;
    }
    decoded += character;
    at += 1;
  }
  return { text: decoded, end: at };
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: "\b", a: "\u0007" };

/** "..." knows \xHH, \n \r \t \b \a, and takes any other character behind a backslash as it is. */
function readDouble(text: string, start: number): Token | undefined {
  let decoded = "";
  for (let at = start; at < text.length; at += 1) {
    const character = text[at] ?? "";
    if (character === '"') return { text: decoded, end: at + 1 };
    if (character !== "\\" || at + 1 >= text.length) {
      decoded += character;
      continue;
    }
    const hex = text[at + 1] === "x" ? /^[0-9a-fA-F]{2}$/.exec(text.slice(at + 2, at + 4)) : null;
    const escaped = text[at + 1] ?? "";
    decoded +=
      hex === null ? (ESCAPES[escaped] ?? escaped) : String.fromCharCode(Number.parseInt(hex[0], 16));
    at += hex === null ? 1 : 3;
  }
  return undefined;
}

/** '...' knows only \'. */
function readSingle(text: string, start: number): Token | undefined {
  let decoded = "";
  for (let at = start; at < text.length; at += 1) {
    if (text[at] === "'") return { text: decoded, end: at + 1 };
    if (text[at] === "\\" && text[at + 1] === "'") at += 1;
    decoded += text[at] ?? "";
  }
  return undefined;
}

/** What C calls a space. */
function isBlank(character: string | undefined): boolean {
  return character !== undefined && " \t\n\v\f\r".includes(character);
}
