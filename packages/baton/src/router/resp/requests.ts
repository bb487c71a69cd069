// Finds where each command ends in what a client sends, and which command it is, without keeping bodies.
import type { CommandInfo, CommandLookup } from "../commands.ts";
import { InlineSplitter } from "./inline.ts";
import { Keeper } from "./keeper.ts";
import { LengthReader } from "./length-reader.ts";
import { FRAME_LIMITS, type FrameLimits, ProtocolError, unexpected } from "./limits.ts";

const ASTERISK = 0x2a;
const DOLLAR = 0x24;
const RETURN = 0x0d;
const NEWLINE = 0x0a;

// What comes next. Plain numbers: this is looked at several times for each argument.
const COMMAND = 0;
const COUNT = 1;
const BULK = 2;
const LENGTH = 3;
const BODY = 4;
const BODY_RETURN = 5;
const BODY_NEWLINE = 6;
const INLINE = 7;

/**
 * Arrays of bulk strings and inline commands, cut anywhere. Stricter than Redis in one place: behind a
 * length and behind a body Redis does not look at every byte, and here they have to be CRLF, so that
 * nobody can make the two sides see different commands.
 */
export class RequestFramer {
  private readonly limits: FrameLimits;
  private readonly keeper: Keeper;
  private readonly length = new LengthReader();
  private next = COMMAND;
  private argumentsLeft = 0;
  private bodyLeft = 0;
  private inline: InlineSplitter | undefined;
  private lineBytes = 0;
  private failure: ProtocolError | undefined;

  constructor(lookup: CommandLookup, limits: FrameLimits = FRAME_LIMITS) {
    this.keeper = new Keeper(lookup);
    this.limits = limits;
  }

  /**
   * The command that advance() has just ended, or the one under way once its name is known; undefined
   * before.
   */
  get command(): CommandInfo | undefined {
    return this.keeper.command;
  }

  /**
   * Copies of the arguments behind the name of the command that has just ended, if it is one to be
   * captured; undefined otherwise, and when they are more than 64 or more than 16 KiB in all.
   */
  get captured(): readonly Buffer[] | undefined {
    return this.isMidCommand ? undefined : this.keeper.captured;
  }

  /** Whether bytes of a command have been taken in whose end has not been seen. */
  get isMidCommand(): boolean {
    return this.next !== COMMAND;
  }

  /**
   * Goes on at `offset`. Returns the offset behind the last byte of the command that ends in this chunk,
   * or -1 when the chunk is used up first; then the next chunk is to be given from its beginning. Empty
   * commands (`*0`, `*-1`, a line of spaces) belong to the bytes of the next one: Redis does not answer
   * them.
   * @throws ProtocolError for what is no command, and from then on at each call
   */
  advance(chunk: Buffer, offset: number): number {
    if (this.failure !== undefined) throw this.failure;
    if (this.next === COMMAND) this.keeper.begin();
    try {
      return this.run(chunk, offset);
    } catch (error) {
      if (error instanceof ProtocolError) this.failure = error;
      throw error;
    }
  }

  private run(chunk: Buffer, offset: number): number {
    let at = offset;
    while (at < chunk.length) {
      switch (this.next) {
        case COMMAND:
          at = this.begin(chunk, at);
          break;
        case COUNT:
          at = this.length.take(chunk, at, "multibulk length");
          if (at < 0) return -1;
          this.takeCount(this.length.value);
          break;
        case BULK:
          at = expect(chunk, at, DOLLAR, "'$'");
          this.next = LENGTH;
          break;
        case LENGTH:
          at = this.length.take(chunk, at, "bulk length");
          if (at < 0) return -1;
          this.takeLength(this.length.value);
          break;
        case BODY:
          at = this.takeBody(chunk, at);
          break;
        case BODY_RETURN:
          at = expect(chunk, at, RETURN, "0x0d behind an argument");
          this.next = BODY_NEWLINE;
          break;
        case BODY_NEWLINE:
          at = expect(chunk, at, NEWLINE, "0x0a behind an argument");
          this.argumentsLeft -= 1;
          this.next = this.argumentsLeft === 0 ? COMMAND : BULK;
          if (this.argumentsLeft === 0) return at;
          break;
        default:
          at = this.takeInline(chunk, at);
          if (!this.isMidCommand && this.command !== undefined) return at;
      }
    }
    return -1;
  }

  private begin(chunk: Buffer, at: number): number {
    if (chunk[at] === ASTERISK) {
      this.next = COUNT;
      return at + 1;
    }
    this.next = INLINE;
    this.inline ??= new InlineSplitter(this.keeper);
    this.lineBytes = 0;
    return at;
  }

  private takeCount(count: number): void {
    const { argumentsMax } = this.limits;
    if (count > argumentsMax)
      throw new ProtocolError(
        `invalid multibulk length: expected at most ${argumentsMax}, got ${count}`,
      );
    this.argumentsLeft = Math.max(0, count);
    this.next = count > 0 ? BULK : COMMAND;
  }

  private takeLength(length: number): void {
    const { bulkBytesMax } = this.limits;
    if (length < 0 || length > bulkBytesMax)
      throw new ProtocolError(`invalid bulk length: expected 0 to ${bulkBytesMax}, got ${length}`);
    this.bodyLeft = length;
    this.next = BODY;
  }

  private takeBody(chunk: Buffer, at: number): number {
    const end = Math.min(at + this.bodyLeft, chunk.length);
    this.bodyLeft -= end - at;
    const isLast = this.bodyLeft === 0;
    if (this.keeper.isKeeping) {
      if (isLast) this.keeper.takeLast(chunk, at, end);
      else this.keeper.takePiece(chunk, at, end);
    }
    if (isLast) this.next = BODY_RETURN;
    return end;
  }

  private takeInline(chunk: Buffer, offset: number): number {
    const { inline, limits } = this;
    if (inline === undefined) return offset;
    for (let at = offset; at < chunk.length; at += 1) {
      if (inline.take(chunk[at] ?? 0)) {
        this.next = COMMAND;
        return at + 1;
      }
      this.lineBytes += 1;
      if (this.lineBytes > limits.lineBytesMax)
        throw new ProtocolError(
          `too big inline request: expected at most ${limits.lineBytesMax} bytes in a line`,
        );
    }
    return chunk.length;
  }
}

/** Returns the offset behind the byte that has to stand here. */
function expect(chunk: Buffer, at: number, byte: number, what: string): number {
  const found = chunk[at] ?? 0;
  if (found !== byte) throw unexpected(what, found);
  return at + 1;
}
