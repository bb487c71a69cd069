// Splits the line of an inline command into arguments byte by byte, as Redis' sdssplitargs splits it.
import { ProtocolError } from "./limits.ts";

const NEWLINE = 0x0a;
const DOUBLE_QUOTE = 0x22;
const SINGLE_QUOTE = 0x27;
const BACKSLASH = 0x5c;
const LETTER_X = 0x78;

const SPACES = new Set(Buffer.from(" \t\n\v\f\r"));
/** Vertical tab and form feed are skipped between arguments and are part of one within, as in Redis. */
const ENDS_OF_PLAIN = new Set(Buffer.from(" \t\r"));
const ESCAPES = new Map<number, number>([
  [0x6e, 0x0a],
  [0x72, 0x0d],
  [0x74, 0x09],
  [0x62, 0x08],
  [0x61, 0x07],
]);

/** Receives the arguments: their bytes with quotes and escapes taken away, then the end of each. */
export interface ArgumentSink {
  takeByte(byte: number): void;
  endArgument(): void;
}

type Mode =
  | "blank"
  | "plain"
  | "double"
  | "escape"
  | "first-digit"
  | "second-digit"
  | "single"
  | "single-escape"
  | "closed";

export class InlineSplitter {
  private mode: Mode = "blank";
  /** Hexadecimal digit behind `\x` that waits for the second one. */
  private firstDigit = 0;
  private readonly sink: ArgumentSink;

  constructor(sink: ArgumentSink) {
    this.sink = sink;
  }

  /**
   * Returns whether the line has ended.
   * @throws ProtocolError for quotes that are not closed, or not followed by a space
   */
  take(byte: number): boolean {
    if (byte === NEWLINE) {
      this.endLine();
      return true;
    }
    // Redis ends the line there or waits for ever, depending on its version: no client means either.
    if (byte === 0) throw new ProtocolError("expected no 0x00 in an inline request, got one");
    this.step(byte);
    return false;
  }

  private step(byte: number): void {
    switch (this.mode) {
      case "blank":
        return SPACES.has(byte) ? undefined : this.plain(byte);
      case "plain":
        return this.plain(byte);
      case "double":
        return this.double(byte);
      case "escape":
        return this.escape(byte);
      case "first-digit":
      case "second-digit":
        return this.digit(byte);
      case "single":
        return this.single(byte);
      case "single-escape":
        return this.singleEscape(byte);
      case "closed":
        if (!SPACES.has(byte)) throw unbalanced();
        this.mode = "blank";
    }
  }

  private plain(byte: number): void {
    this.mode = "plain";
    if (byte === DOUBLE_QUOTE) this.mode = "double";
    else if (byte === SINGLE_QUOTE) this.mode = "single";
    else if (ENDS_OF_PLAIN.has(byte)) this.end("blank");
    else this.sink.takeByte(byte);
  }

  private double(byte: number): void {
    this.mode = "double";
    if (byte === BACKSLASH) this.mode = "escape";
    else if (byte === DOUBLE_QUOTE) this.end("closed");
    else this.sink.takeByte(byte);
  }

  private escape(byte: number): void {
    if (byte === LETTER_X) {
      this.mode = "first-digit";
      return;
    }
    this.mode = "double";
    this.sink.takeByte(ESCAPES.get(byte) ?? byte);
  }

  /** `\x41` is a byte; with fewer than two digits behind it, `\x` is the letter and nothing is lost. */
  private digit(byte: number): void {
    const value = hexValue(byte);
    const isSecond = this.mode === "second-digit";
    if (value !== undefined && !isSecond) {
      this.firstDigit = byte;
      this.mode = "second-digit";
    } else if (value !== undefined) {
      this.mode = "double";
      this.sink.takeByte((hexValue(this.firstDigit) ?? 0) * 16 + value);
    } else {
      this.sink.takeByte(LETTER_X);
      if (isSecond) this.sink.takeByte(this.firstDigit);
      this.double(byte);
    }
  }

  private single(byte: number): void {
    this.mode = "single";
    if (byte === BACKSLASH) this.mode = "single-escape";
    else if (byte === SINGLE_QUOTE) this.end("closed");
    else this.sink.takeByte(byte);
  }

  private singleEscape(byte: number): void {
    this.mode = "single";
    if (byte === SINGLE_QUOTE) {
      this.sink.takeByte(byte);
      return;
    }
    this.sink.takeByte(BACKSLASH);
    this.single(byte);
  }

  private end(next: Mode): void {
    this.sink.endArgument();
    this.mode = next;
  }

  private endLine(): void {
    if (this.mode === "plain") this.sink.endArgument();
    else if (this.mode !== "blank" && this.mode !== "closed") throw unbalanced();
    this.mode = "blank";
  }
}

function hexValue(byte: number): number | undefined {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : undefined;
}

const unbalanced = () => new ProtocolError("unbalanced quotes in request");
