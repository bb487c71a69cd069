// What the framers' tests share: streams with what they are made of, and a way to feed them in pieces.
import fc from "fast-check";
import type { CommandInfo } from "../commands.ts";

const CAPTURED = new Set(["hello", "auth", "select", "client", "multi"]);

/** Says of each command only whether it is captured, and its name in lower case. */
export function lookup(name: string): CommandInfo {
  const lower = name.toLowerCase();
  const isCaptured = CAPTURED.has(lower);
  return { name: lower, isWrite: false, isReadOnly: false, isBlocking: false, isCaptured };
}

export const latin1 = (text: string): Buffer => Buffer.from(text, "latin1");

/** What a framer is to find: what, and where it ends, counted from the first byte of the stream. */
export interface Found {
  readonly end: number;
  readonly what: string;
}

export interface Stream {
  readonly bytes: Buffer;
  readonly frames: readonly Found[];
}

interface Framer {
  advance(chunk: Buffer, offset: number): number;
}

/** How a framer is made, and how the frame is described that it has just ended. */
export interface Subject<F extends Framer> {
  readonly open: () => F;
  readonly describe: (framer: F) => string;
}

/**
 * Feeds the bytes in pieces that end at `cuts`. What throws ends the list. Each piece is scribbled over
 * once it is used up, as a socket's buffer may be.
 */
export function feed<F extends Framer>(
  { open, describe }: Subject<F>,
  bytes: Buffer,
  cuts: readonly number[] = [],
): Found[] {
  const framer = open();
  const found: Found[] = [];
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].toSorted((a, b) => a - b);
  let begin = 0;
  for (const end of ends) {
    const chunk = Buffer.from(bytes.subarray(begin, end));
    try {
      for (let offset = framer.advance(chunk, 0), last = 0; offset !== -1; ) {
        if (offset <= last || offset > chunk.length) throw new RangeError(`${last} to ${offset}`);
        found.push({ end: begin + offset, what: describe(framer) });
        last = offset;
        offset = framer.advance(chunk, offset);
      }
    } catch (error) {
      return [...found, { end: -1, what: String(error) }];
    }
    chunk.fill(0xaa);
    begin = end;
  }
  return found;
}

export const cuts = fc.array(fc.nat(), { maxLength: 12 });

/** One frame after the other. */
export function streamOf(parts: readonly { bytes: Buffer; what: string }[]): Stream {
  let end = 0;
  const frames = parts.map(({ bytes, what }) => {
    end += bytes.length;
    return { end, what };
  });
  return { bytes: Buffer.concat(parts.map(({ bytes }) => bytes)), frames };
}

/** Bytes that like to look like protocol. */
export const body = fc.oneof(
  fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
  fc.constantFrom("", "\r\n", "$-1\r\n", "*1\r\n$1\r\nx\r\n", "\r", "\n", ">1\r\n+OK\r\n").map(latin1),
);

const LETTERS = Array.from(`*$+-:_#,(!=%~>|?"'\\x \t\0ab019`);

/** Bytes most of which mean something in the protocol. */
export const garbage = fc.oneof(
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  fc
    .array(fc.constantFrom(...LETTERS, "\r\n", "\r\n", "$1\r\na\r\n", "*2\r\n"), {
      maxLength: 100,
    })
    .map((tokens) => latin1(tokens.join(""))),
);

/** A stream in which a few bytes are not what they were. */
export const damaged = (streams: fc.Arbitrary<Stream>): fc.Arbitrary<Buffer> =>
  fc
    .tuple(streams, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 3 }))
    .map(([{ bytes }, changes]) => {
      for (const [at, byte] of changes) if (bytes.length > 0) bytes[at % bytes.length] = byte;
      return bytes;
    });

/** Bytes, characters and elements that are reachable from an object, its functions left out. */
export function sizeOf(value: unknown, seen = new Set<unknown>()): number {
  if (typeof value === "string") return value.length;
  if (typeof value !== "object" || value === null || seen.has(value)) return 1;
  seen.add(value);
  if (value instanceof Uint8Array) return value.length;
  return Object.values(value).reduce((sum: number, each) => sum + sizeOf(each, seen), 1);
}
