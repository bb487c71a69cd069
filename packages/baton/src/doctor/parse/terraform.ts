// Reads as much of Terraform as firewalls need: blocks, and attributes that are settled.
import type { TerraformBlock, TerraformFile } from "../facts-infrastructure.ts";
import type { Malformed, Word } from "../facts.ts";
import type { Place } from "../finding.ts";
import type { SourceText } from "../sources.ts";
import { holdsPlaceholder } from "./jinja.ts";

interface Token {
  readonly text: string;
  readonly kind: "text" | "word" | "mark" | "end";
  readonly place: Place;
}

interface OpenBlock {
  readonly kind: string;
  readonly labels: readonly Word[];
  readonly place: Place;
  readonly values: Map<string, readonly Word[]>;
  readonly blocks: TerraformBlock[];
}

/** Never throws; an expression that it does not understand is one unknown word, and reading goes on. */
export function parseTerraform(source: SourceText): TerraformFile {
  const tokens = tokensOf(source);
  const malformed: Malformed[] = [];
  const top: OpenBlock = openBlock(source.path, "", [], { file: source.path, line: 1, column: 1 });
  const open: OpenBlock[] = [top];
  let at = 0;
  while (at < tokens.length) {
    const token = tokens[at];
    const inside = open.at(-1) ?? top;
    if (token?.text === "}" && token.kind === "mark") {
      if (open.length === 1) {
        malformed.push({ place: token.place, message: "closes a block that nothing opened" });
      } else {
        open.pop();
      }
      at += 1;
    } else if (token?.kind === "word" || token?.kind === "text") {
      const labelled = statementAt(tokens, at);
      if (labelled.opens) {
        const block = openBlock(source.path, token.text, labelled.labels, token.place);
        inside.blocks.push({ ...block, file: source.path });
        open.push(block);
      } else if (labelled.words !== undefined) {
        inside.values.set(token.text, labelled.words);
      }
      at = labelled.next;
    } else {
      at += 1;
    }
  }
  if (open.length > 1) {
    malformed.push({ place: (open.at(-1) ?? top).place, message: "is never closed" });
  }
  return { file: source.path, blocks: top.blocks, malformed: malformed.slice(0, 5) };
}

function openBlock(
  file: string,
  kind: string,
  labels: readonly Word[],
  place: Place,
): OpenBlock & { file: string } {
  return { file, kind, labels, place, values: new Map(), blocks: [] };
}

interface Statement {
  readonly next: number;
  readonly opens: boolean;
  readonly labels: readonly Word[];
  readonly words?: readonly Word[];
}

/** What begins at a name: `name "label" {`, or `name = value`. */
function statementAt(tokens: readonly Token[], start: number): Statement {
  const labels: Word[] = [];
  let at = start + 1;
  for (let token = tokens[at]; token?.kind === "text" || token?.kind === "word"; token = tokens[at]) {
    labels.push(wordOf(token));
    at += 1;
  }
  const mark = tokens[at]?.text;
  if (mark === "{" && tokens[at]?.kind === "mark") {
    return { next: at + 1, opens: true, labels };
  }
  return mark === "="
    ? { ...valueAt(tokens, at + 1), opens: false, labels: [] }
    : { next: at, opens: false, labels };
}

/** Up to the end of the line, or of the brackets that it opens. */
function valueAt(tokens: readonly Token[], start: number): { next: number; words: readonly Word[] } {
  const taken: Token[] = [];
  let depth = 0;
  let at = start;
  for (; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token === undefined || (depth === 0 && (token.kind === "end" || token.text === "}"))) {
      break;
    }
    if (token.kind === "mark") {
      depth += "[{(".includes(token.text) ? 1 : 0;
      depth -= "]})".includes(token.text) ? 1 : 0;
    }
    if (token.kind !== "end") {
      taken.push(token);
    }
  }
  const isPlain = taken.every((token) => token.kind !== "mark" || "[],".includes(token.text));
  const words = taken.filter((token) => token.kind !== "mark");
  const [first] = taken;
  if (isPlain || first === undefined) {
    return { next: at, words: words.map(wordOf) };
  }
  return { next: at, words: [{ text: words[0]?.text ?? "", place: first.place, isUnknown: true }] };
}

function wordOf(token: Token): Word {
  // A bare word is a number, true or false; anything else refers to something.
  const isSettled = token.kind === "text" || /^(-?\d+(\.\d+)?|true|false)$/.test(token.text);
  return { text: token.text, place: token.place, isUnknown: !isSettled || holdsPlaceholder(token.text) };
}

const tokensMax = 500_000;
/** Each from where the last one ended; a quote without its end takes the rest of its line. */
const tokenPattern = new RegExp(
  [
    /[ \t\r]+|(\n)/,
    /((?:#|\/\/)[^\n]*)|(\/\*)/,
    /<<-?(\w{1,60})[^\n]*\n/,
    /"((?:[^"\\\n]|\\.)*)(?:"|(?=\n)|$)/,
    /([\w.*-]+)|[^]/,
  ]
    .map(({ source }) => source)
    .join("|"),
  "gy",
);

function tokensOf(source: SourceText): Token[] {
  const { text } = source;
  const tokens: Token[] = [];
  let line = 1;
  let lineStart = 0;
  let at = 0;
  while (at < text.length && tokens.length < tokensMax) {
    tokenPattern.lastIndex = at;
    const [all = " ", lineEnd, comment, opening, heredoc, quoted, word] = tokenPattern.exec(text) ?? [];
    const place = { file: source.path, line, column: at - lineStart + 1 };
    let end = at + all.length;
    if (lineEnd !== undefined) {
      tokens.push({ text: "", kind: "end", place });
    } else if (opening !== undefined) {
      end = after(text, "*/", at);
    } else if (heredoc !== undefined) {
      end = afterHeredoc(text, heredoc, end);
      tokens.push({ text: text.slice(at, end), kind: "text", place });
    } else if (quoted !== undefined) {
      tokens.push({ text: quoted, kind: "text", place });
    } else if (word !== undefined) {
      tokens.push({ text: word, kind: "word", place });
    } else if (comment === undefined && all.trim() !== "") {
      tokens.push({ text: all, kind: "mark", place });
    }
    // Only what holds a line's end is searched for it: a very long line stays cheap.
    const isLong = end > at + all.length || all.includes("\n");
    for (const next of isLong ? lineEnds(text, at, end) : []) {
      line += 1;
      lineStart = next + 1;
    }
    at = end;
  }
  return tokens;
}

function* lineEnds(text: string, from: number, end: number): Iterable<number> {
  for (let at = text.indexOf("\n", from); at !== -1 && at < end; at = text.indexOf("\n", at + 1)) {
    yield at;
  }
}

/** Behind the next `ending`, or the end of the text. */
function after(text: string, ending: string, from: number): number {
  const found = text.indexOf(ending, from);
  return found === -1 ? text.length : found + ending.length;
}

/** Up to the line that says nothing but `name`, which `<<-` lets be indented. */
function afterHeredoc(text: string, name: string, from: number): number {
  let start = from;
  while (start < text.length) {
    const lineEnd = after(text, "\n", start);
    if (text.slice(start, lineEnd).trim() === name) {
      return lineEnd - 1;
    }
    start = lineEnd;
  }
  return text.length;
}
