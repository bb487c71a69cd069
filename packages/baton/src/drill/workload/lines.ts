// The drill's line protocol (clients/CONTRACT.md) as a table: what may be said on either side, and where a
// line ends.
import { z } from "zod";

/** Longer ones are no answer: a program that says more has lost its way. */
export const LINE_BYTES_MAX = 64 * 1024;

/** The first line to a program. The password stands here and nowhere else. */
export interface OpenLine {
  readonly kind: "open";
  readonly way: "router" | "sentinel";
  readonly sentinels: readonly string[];
  readonly group: string;
  /** With way `router` only. */
  readonly router?: string;
  /** Empty: none. */
  readonly username: string;
  readonly password: string;
  readonly key: string;
  /** 0: a call is one attempt. */
  readonly retryForMs: number;
  readonly tls?: { readonly ca: string };
}

export type Question =
  | OpenLine
  | { readonly kind: "write" | "read"; readonly id: number }
  | { readonly kind: "stop" };

const id = z.int().nonnegative();
/** They are counted by name, so there must be few: one word, READONLY or connection-lost. */
const error = z.string().regex(/^[A-Za-z][\w-]{0,39}$/);
const sentence = z.string().min(1).max(1_000);

const answerSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("ready"), name: z.string().min(1).max(200) }),
  z.object({ kind: z.literal("unable"), reason: sentence }),
  z.object({ kind: z.literal("done"), id }),
  z.object({ kind: z.literal("not-done"), id, error }),
  z.object({ kind: z.literal("unknown"), id, error }),
  z.object({ kind: z.literal("value"), id, last: z.int().nullable() }),
]);
const newsSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("closed") }),
  z.object({ kind: z.literal("primary"), address: sentence }),
]);

/** What is said to a question. */
export type Answer = z.infer<typeof answerSchema>;
/** What may be said at any time. */
export type News = z.infer<typeof newsSchema>;

const lineSchema = z.union([answerSchema, newsSchema]);

/** undefined for everything that the protocol does not know. */
export function parseLine(bytes: Uint8Array): Answer | News | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return lineSchema.safeParse(JSON.parse(text)).data;
  } catch {
    // No UTF-8, or no JSON: not known either.
    return undefined;
  }
}

export const isNews = (line: Answer | News): line is News =>
  line.kind === "closed" || line.kind === "primary";

/**
 * Cuts bytes into lines without their ends. After a line that is too long it calls `tooLong` once, and
 * neither again.
 */
export function lineSplitter(
  line: (bytes: Uint8Array) => void,
  tooLong: () => void,
): (chunk: Uint8Array) => void {
  let begun: Uint8Array = new Uint8Array();
  let isOver = false;
  return (chunk) => {
    let rest = chunk;
    while (!isOver) {
      const end = rest.indexOf(0x0a);
      const piece = end < 0 ? rest : rest.subarray(0, end);
      if (begun.length + piece.length > LINE_BYTES_MAX) {
        isOver = true;
        begun = new Uint8Array();
        return tooLong();
      }
      const whole = begun.length === 0 ? piece : Buffer.concat([begun, piece]);
      // What stays is copied: the chunk's memory belongs to the stream.
      begun = end < 0 ? Uint8Array.from(whole) : new Uint8Array();
      if (end < 0) return;
      line(whole);
      rest = rest.subarray(end + 1);
    }
  };
}
