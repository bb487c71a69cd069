// The part of Redis' protocol that is spoken with Sentinels: commands, and replies of its version 2.

export interface ErrorReply {
  readonly error: string;
}
export type Reply = string | number | null | ErrorReply | readonly Reply[];

export function isErrorReply(reply: Reply | undefined): reply is ErrorReply {
  return typeof reply === "object" && reply !== null && "error" in reply;
}

export function encode(commands: readonly (readonly string[])[]): string {
  const word = (text: string): string => `$${Buffer.byteLength(text)}\r\n${text}\r\n`;
  return commands.map((words) => `*${words.length}\r\n${words.map(word).join("")}`).join("");
}

/** A Sentinel's longest reply is some kilobytes for each replica. */
const LONGEST_BYTES = 4 << 20;

interface Parsed {
  readonly reply: Reply;
  readonly next: number;
}

function parseArray(bytes: Buffer, from: number, count: number): Parsed | undefined {
  const replies: Reply[] = [];
  let next = from;
  while (replies.length < count) {
    const parsed = parse(bytes, next);
    if (parsed === undefined) return undefined;
    replies.push(parsed.reply);
    next = parsed.next;
  }
  return { reply: replies, next };
}

/** @returns undefined while bytes are missing. @throws Error when it is not Redis' protocol */
function parse(bytes: Buffer, at: number): Parsed | undefined {
  const end = bytes.indexOf("\r\n", at);
  if (end === -1) return undefined;
  const [kind, line] = [bytes.toString("latin1", at, at + 1), bytes.toString("utf8", at + 1, end)];
  const next = end + 2;
  if (kind === "+") return { reply: line, next };
  if (kind === "-") return { reply: { error: line }, next };
  const number = Number(line);
  if (!":$*".includes(kind) || !Number.isSafeInteger(number))
    throw new Error("what it says is not Redis' protocol");
  if (kind === ":") return { reply: number, next };
  if (number < 0) return { reply: null, next };
  if (kind === "*") return parseArray(bytes, next, number);
  const after = next + number;
  if (bytes.length < after + 2) return undefined;
  return { reply: bytes.toString("utf8", next, after), next: after + 2 };
}

/** @returns what takes the bytes as they come; it throws when they are not Redis' protocol. */
export function createDecoder(onReply: (reply: Reply) => void): (chunk: Buffer) => void {
  let bytes: Buffer = Buffer.alloc(0);
  return (chunk) => {
    bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk]);
    let at = 0;
    for (let parsed = parse(bytes, at); parsed !== undefined; parsed = parse(bytes, at)) {
      at = parsed.next;
      onReply(parsed.reply);
      if (at === bytes.length) break;
    }
    bytes = bytes.subarray(at);
    if (bytes.length > LONGEST_BYTES) throw new Error(`one reply has more than ${LONGEST_BYTES} bytes`);
  };
}
