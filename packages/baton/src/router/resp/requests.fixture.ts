// Streams of commands for the framers' tests, each with the frames that it is made of.
import fc from "fast-check";
import { type Stream, type Subject, body, latin1, lookup, streamOf } from "./frames.fixture.ts";
import type { RequestFramer } from "./requests.ts";

const name = fc.oneof(
  fc.constantFrom("SET", "get", "Hello", "AUTH", "select", "CLIENT", "multi", "zRangeByScore"),
  fc.string({ maxLength: 12 }),
);

const empties = fc
  .array(fc.constantFrom("*0\r\n", "*-1\r\n", "\r\n", "\n", " \t\r\n"), { maxLength: 2 })
  .map((each) => latin1(each.join("")));

export function bulks(words: readonly Uint8Array[]): Buffer {
  const parts = words.flatMap((word) => [latin1(`$${word.length}\r\n`), word, latin1("\r\n")]);
  return Buffer.concat([latin1(`*${words.length}\r\n`), ...parts]);
}

/** How one argument is written in a line: each byte on its own, so that every escape comes up. */
function quotedWith(quote: string, word: Uint8Array, styles: readonly number[]): string {
  const letters = [...word].map((byte, index) => {
    const letter = String.fromCodePoint(byte);
    const special = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\u0007": "\\a" }[letter];
    if (quote === "'") return letter === "'" ? "\\'" : letter;
    const style = styles[index % styles.length] ?? 0;
    if (style === 0 && special !== undefined) return special;
    if (byte === 0 || byte === 0x0a || style === 1) return `\\x${byte.toString(16).padStart(2, "0")}`;
    return letter === '"' || letter === "\\" ? `\\${letter}` : letter;
  });
  return quote + letters.join("") + quote;
}

/** A backslash at the end would join the closing quote, and a line cannot hold what ends it. */
const canBeSingle = (word: Uint8Array) =>
  !word.includes(0) && !word.includes(0x0a) && word.at(-1) !== 0x5c && !latin1Text(word).includes("\\'");
const latin1Text = (word: Uint8Array) => Buffer.from(word).toString("latin1");
const isPlain = (word: Uint8Array) => /^[\w.:*$+-]+$/.test(latin1Text(word));

/** A word that begins with `*` has to be quoted at the start of a line, where it would be an array. */
function line(words: readonly Uint8Array[], styles: readonly number[], ending: string): Buffer {
  const written = words.map((word, index) => {
    const style = styles[index % styles.length] ?? 0;
    if (style < 2 && isPlain(word) && !(index === 0 && word[0] === 0x2a)) return latin1Text(word);
    return quotedWith(style % 2 === 0 && canBeSingle(word) ? "'" : '"', word, styles);
  });
  return latin1(written.join([" ", "\t", " \r ", "  "][styles[0] ?? 0] ?? " ") + ending);
}

const command = fc
  .record({
    before: empties,
    name,
    rest: fc.array(body, { maxLength: 5 }),
    isInline: fc.boolean(),
    styles: fc.array(fc.nat(3), { minLength: 1, maxLength: 6 }),
    ending: fc.constantFrom("\r\n", "\n", " \r\n"),
  })
  .map(({ before, name, rest, isInline, styles, ending }) => {
    const words = [latin1(name), ...rest];
    const bytes = isInline ? line(words, styles, ending) : bulks(words);
    const { name: lower, isCaptured } = lookup(latin1Text(latin1(name)));
    return {
      bytes: Buffer.concat([before, bytes]),
      what: described(lower, isCaptured ? rest : undefined),
    };
  });

export const requestStreams: fc.Arbitrary<Stream> = fc.array(command, { maxLength: 6 }).map(streamOf);

const described = (command: string | undefined, captured: readonly Buffer[] | undefined): string =>
  `${command}: ${captured?.map((word) => word.toString("hex")).join() ?? "none"}`;

type RequestView = Pick<RequestFramer, "advance" | "command" | "captured">;

export const requestSubject = (open: () => RequestView): Subject<RequestView> => ({
  open,
  describe: (framer) => described(framer.command?.name, framer.captured),
});
