// Finds where each reply and each push ends in what a server sends (RESP2, RESP3), keeping none.
import { LengthReader } from "./length-reader.ts";
import { type FrameLimits, ProtocolError, REPLY_LIMITS, shown, unexpected } from "./limits.ts";

const DOLLAR = 0x24;
const ASTERISK = 0x2a;
const PUSH = 0x3e;
const ATTRIBUTE = 0x7c;
const RETURN = 0x0d;
const NEWLINE = 0x0a;

// What a type byte begins. A streamed type of RESP3 begins like its plain twin, and is refused because
// `?` is no length: Redis never sends one.
const UNKNOWN = 0;
const LINE = 1;
const BULK = 2;
const LIST = 3;
const PAIRS = 4;
const KINDS = new Uint8Array(256);
for (const byte of Buffer.from("+-:_#,(")) KINDS[byte] = LINE;
for (const byte of Buffer.from("$=!")) KINDS[byte] = BULK;
for (const byte of Buffer.from("*~>")) KINDS[byte] = LIST;
for (const byte of Buffer.from("%|")) KINDS[byte] = PAIRS;

// What comes next. Plain numbers, as in requests.ts.
const REPLY = 0;
const TYPE = 1;
const TEXT = 2;
const TEXT_NEWLINE = 3;
const LENGTH = 4;
const BODY = 5;
const BODY_RETURN = 6;
const BODY_NEWLINE = 7;

/** Replies and pushes of a server, cut anywhere. A push is an item of its own, between replies only. */
export class ReplyFramer {
  private readonly limits: FrameLimits;
  private readonly length = new LengthReader();
  private next = REPLY;
  private topType = 0;
  /** Type byte of the element whose length comes next. */
  private header = 0;
  private bodyLeft = 0;
  private lineBytes = 0;
  /** Elements that are missing from the innermost open aggregate, or 1 for the reply itself. */
  private missing = 0;
  /** The same of the aggregates around it, outermost first; only the first `depth` count. */
  private readonly around: number[] = [];
  private depth = 0;
  private failure: ProtocolError | undefined;

  constructor(limits: FrameLimits = REPLY_LIMITS) {
    this.limits = limits;
  }

  /**
   * First byte of what advance() has just ended, or of what is under way; 0 before that byte. Behind an
   * attribute it is the first byte of the reply itself.
   */
  get type(): number {
    return this.topType;
  }

  get isPush(): boolean {
    return this.topType === PUSH;
  }

  /** Whether bytes of a reply or push have been taken in whose end has not been seen. */
  get isMidReply(): boolean {
    return this.next !== REPLY;
  }

  /**
   * Goes on at `offset`. Returns the offset behind the reply or push that ends in this chunk, or -1 when
   * the chunk is used up first; then the next chunk is to be given from its beginning. A RESP3 attribute
   * belongs to the reply behind it.
   * @throws ProtocolError for what is no reply, and from then on at each call
   */
  advance(chunk: Buffer, offset: number): number {
    if (this.failure !== undefined) throw this.failure;
    if (this.next === REPLY) this.topType = 0;
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
        case REPLY:
          this.missing = 1;
          this.begin(chunk[at] ?? 0);
          at += 1;
          break;
        case TYPE:
          this.begin(chunk[at] ?? 0);
          at += 1;
          break;
        case TEXT:
          at = this.skipText(chunk, at);
          break;
        case LENGTH:
          at = this.length.take(chunk, at, "reply length");
          if (at < 0) return -1;
          this.takeLength(this.length.value);
          break;
        case BODY:
          at = this.skipBody(chunk, at);
          break;
        case BODY_RETURN:
          if (chunk[at] !== RETURN) throw unexpected("0x0d behind a bulk", chunk[at] ?? 0);
          at += 1;
          this.next = BODY_NEWLINE;
          break;
        default:
          // Redis never sends a return within a line: its clients disagree on what that would mean.
          if (chunk[at] !== NEWLINE) throw unexpected("0x0a behind 0x0d", chunk[at] ?? 0);
          at += 1;
          this.endElement();
      }
      if (this.next === REPLY) return at;
    }
    return -1;
  }

  private begin(type: number): void {
    const kind = KINDS[type];
    if (kind === UNKNOWN) throw unexpected("the type of a reply", type);
    if (this.depth === 0 && type !== ATTRIBUTE) this.topType = type;
    else if (type === PUSH) throw new ProtocolError("expected no push within a reply, got one");
    this.header = type;
    this.next = kind === LINE ? TEXT : LENGTH;
    this.lineBytes = 0;
  }

  private skipText(chunk: Buffer, offset: number): number {
    let at = offset;
    while (at < chunk.length && chunk[at] !== RETURN) at += 1;
    this.lineBytes += at - offset;
    const { lineBytesMax } = this.limits;
    if (this.lineBytes > lineBytesMax)
      throw new ProtocolError(`too big line: expected at most ${lineBytesMax} bytes in a reply's line`);
    if (at === chunk.length) return at;
    this.next = TEXT_NEWLINE;
    return at + 1;
  }

  private skipBody(chunk: Buffer, at: number): number {
    const end = Math.min(at + this.bodyLeft, chunk.length);
    this.bodyLeft -= end - at;
    if (this.bodyLeft === 0) this.next = BODY_RETURN;
    return end;
  }

  private takeLength(length: number): void {
    const isBulk = KINDS[this.header] === BULK;
    const isNull = length === -1 && (this.header === DOLLAR || this.header === ASTERISK);
    if (isNull) return this.endElement();
    const lengthMax = isBulk ? this.limits.bulkBytesMax : this.limits.argumentsMax;
    if (length < 0 || length > lengthMax)
      throw new ProtocolError(
        `invalid reply length: expected 0 to ${lengthMax} behind ${shown(this.header)}, got ${length}`,
      );
    if (!isBulk) return this.open(KINDS[this.header] === PAIRS ? 2 * length : length);
    this.bodyLeft = length;
    this.next = BODY;
  }

  private open(elements: number): void {
    // An attribute comes in addition to the element that it belongs to.
    if (this.header === ATTRIBUTE) this.missing += 1;
    if (elements === 0) return this.endElement();
    if (this.depth === this.limits.depthMax)
      throw new ProtocolError(`expected at most ${this.depth} nested aggregates, got one more`);
    this.around[this.depth] = this.missing;
    this.depth += 1;
    this.missing = elements;
    this.next = TYPE;
  }

  /** What has ended may have been the last element of its aggregate, and that the last of its own. */
  private endElement(): void {
    this.missing -= 1;
    while (this.missing === 0 && this.depth > 0) {
      this.depth -= 1;
      this.missing = (this.around[this.depth] ?? 0) - 1;
    }
    this.next = this.missing === 0 ? REPLY : TYPE;
  }
}
