// DNS messages as bytes (RFC 1035, RFC 2136): written as they go out, and read as a stranger may have
// made them. Reading ends for every input, and throws nothing but MalformedMessage.

export const TYPE = { A: 1, CNAME: 5, SOA: 6, TXT: 16, AAAA: 28, TSIG: 250 } as const;
/** In updates `NONE` and `ANY` mean: not there, to be removed; whichever value. */
export const CLASS = { IN: 1, NONE: 254, ANY: 255 } as const;
export const OPCODE = { query: 0, update: 5 } as const;

/** The length in front of a message on TCP has 16 bits. */
export const MESSAGE_BYTES_MAX = 65_535;
const HEADER_BYTES = 12;
const NAME_BYTES_MAX = 255;
const LABEL_BYTES_MAX = 63;
const POINTER = 0xc0;

/** Bytes that are no DNS message. The sentence is for the end of one that names who sent them. */
export class MalformedMessage extends Error {
  constructor(message: string) {
    super(message);
    this.name = "MalformedMessage";
  }
}

export interface Question {
  /** Lower case, without a dot at its end; "" is the root. */
  readonly name: string;
  readonly type: number;
  readonly class: number;
}

export interface DnsRecord extends Question {
  /** Seconds. */
  readonly ttl: number;
  /** As it stands in the message: a name in it may point to another part of it. */
  readonly data: Buffer;
}

/** An update has its zone in the questions, what must hold in the answers, changes in the authority. */
export interface Sections {
  readonly questions: readonly Question[];
  readonly answers: readonly DnsRecord[];
  readonly authority: readonly DnsRecord[];
}

export interface Message extends Sections {
  readonly id: number;
  readonly isReply: boolean;
  readonly opcode: number;
  readonly isAuthoritative: boolean;
  readonly isTruncated: boolean;
  readonly rcode: number;
  readonly additional: readonly DnsRecord[];
  /** Where the last record of the message begins: in front of it ends what TSIG signs. */
  readonly lastRecordAt: number;
}

export const u16 = (value: number): Buffer => Buffer.from([value >> 8, value & 0xff]);
export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** Uncompressed and in lower case, as TSIG wants it too. Of plain labels only. */
export function nameBytes(name: string): Buffer {
  const labels = name === "" ? [] : name.toLowerCase().split(".");
  const parts = labels.map((label) => {
    const text = Buffer.from(label, "latin1");
    return Buffer.concat([Buffer.from([text.length]), text]);
  });
  return Buffer.concat([...parts, Buffer.from([0])]);
}

const questionBytes = ({ name, type, class: own }: Question): Buffer =>
  Buffer.concat([nameBytes(name), u16(type), u16(own)]);

export const recordBytes = (record: DnsRecord): Buffer =>
  Buffer.concat([questionBytes(record), u32(record.ttl), u16(record.data.length), record.data]);

/** Neither wants nor offers recursion: the question is for the server that has the zone. */
export function encodeMessage(id: number, opcode: number, sections: Sections): Buffer {
  const { questions, answers, authority } = sections;
  const counts = [questions.length, answers.length, authority.length, 0].map(u16);
  return Buffer.concat([
    u16(id),
    u16(opcode << 11),
    ...counts,
    ...questions.map(questionBytes),
    ...answers.map(recordBytes),
    ...authority.map(recordBytes),
  ]);
}

/** Digits, letters, dashes and underscores as they are; any other byte as a backslash and three digits. */
function labelText(bytes: Buffer): string {
  const plain = bytes.toString("latin1").toLowerCase();
  return plain.replaceAll(/[^a-z0-9_-]/g, (one) => `\\${String(one.charCodeAt(0)).padStart(3, "0")}`);
}

/** Reads on from `at`; every step that would leave the bytes throws. */
export class Reader {
  readonly bytes: Buffer;
  at: number;

  constructor(bytes: Buffer, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  take(count: number): Buffer {
    const end = this.at + count;
    if (end > this.bytes.length) throw new MalformedMessage(`it ends after ${this.bytes.length} bytes`);
    const taken = this.bytes.subarray(this.at, end);
    this.at = end;
    return taken;
  }

  u16 = (): number => this.take(2).readUInt16BE();
  u32 = (): number => this.take(4).readUInt32BE();

  /** A pointer may only lead further back than all before it: so there is no way to go in circles. */
  name(): string {
    const labels: string[] = [];
    let length = 1;
    let lowest = this.at;
    /** Behind the first pointer, where the next field begins. */
    let next: number | undefined;
    for (;;) {
      const size = this.take(1).readUInt8();
      if (size === 0) break;
      if (size >= POINTER) {
        const to = ((size - POINTER) << 8) | this.take(1).readUInt8();
        if (to >= lowest) throw new MalformedMessage(`a name points to byte ${to}, not before it`);
        next ??= this.at;
        lowest = to;
        this.at = to;
        continue;
      }
      length += size + 1;
      if (size > LABEL_BYTES_MAX || length > NAME_BYTES_MAX) {
        throw new MalformedMessage("a name is longer than names may be");
      }
      labels.push(labelText(this.take(size)));
    }
    if (next !== undefined) this.at = next;
    return labels.join(".");
  }
}

const questionIn = (reader: Reader): Question => ({
  name: reader.name(),
  type: reader.u16(),
  class: reader.u16(),
});

const recordIn = (reader: Reader): DnsRecord => ({
  ...questionIn(reader),
  ttl: reader.u32(),
  data: reader.take(reader.u16()),
});

/** Not `Array.from({ length })`: a message may claim 65535 records and have none. */
function manyOf<T>(count: number, one: () => T): readonly T[] {
  const all: T[] = [];
  while (all.length < count) all.push(one());
  return all;
}

/** @throws MalformedMessage */
export function decodeMessage(bytes: Buffer): Message {
  if (bytes.length < HEADER_BYTES) throw new MalformedMessage(`it has ${bytes.length} bytes`);
  const reader = new Reader(bytes);
  const [id, flags] = [reader.u16(), reader.u16()];
  const counts = manyOf(4, reader.u16);
  const [questionCount = 0, answerCount = 0, authorityCount = 0, additionalCount = 0] = counts;
  let lastRecordAt = bytes.length;
  const record = () => {
    lastRecordAt = reader.at;
    return recordIn(reader);
  };
  const questions = manyOf(questionCount, () => questionIn(reader));
  const answers = manyOf(answerCount, record);
  const authority = manyOf(authorityCount, record);
  const additional = manyOf(additionalCount, record);
  if (reader.at !== bytes.length) throw new MalformedMessage("it goes on behind its last record");
  return {
    id,
    isReply: (flags & 0x8000) !== 0,
    opcode: (flags >> 11) & 0xf,
    isAuthoritative: (flags & 0x0400) !== 0,
    isTruncated: (flags & 0x0200) !== 0,
    rcode: flags & 0xf,
    questions,
    answers,
    authority,
    additional,
    lastRecordAt,
  };
}
