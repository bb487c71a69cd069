// The limits within which frames of the Redis protocol are accepted, and the error for what is no frame.

/** Bytes that are no frame; the connection they came over cannot be understood any further. */
export class ProtocolError extends Error {
  /** @param detail what was found and what was expected, in Redis' own words where it has some */
  constructor(detail: string) {
    super(`Protocol error: ${detail}`);
    this.name = "ProtocolError";
  }
}

export interface FrameLimits {
  /** Bytes of one line up to its line end. */
  readonly lineBytesMax: number;
  /** Bytes of the body of one bulk string. */
  readonly bulkBytesMax: number;
  /** Arguments of one command, or elements of one aggregate (a map counts its pairs). */
  readonly argumentsMax: number;
  /** Aggregates within one another; the outermost is the first. */
  readonly depthMax: number;
}

/**
 * What a client may send. Line and bulk are Redis' own (PROTO_INLINE_MAX_SIZE, and proto-max-bulk-len as
 * it stands unless configured); the count was Redis' own until 7.0, which takes 2^31 - 1 of an
 * authenticated client. Commands do not nest.
 */
export const FRAME_LIMITS: FrameLimits = {
  lineBytesMax: 64 * 1024,
  bulkBytesMax: 512 * 1024 * 1024,
  argumentsMax: 1024 * 1024,
  depthMax: 32,
};

/**
 * What a server may send. It is trusted, and nothing of a reply is kept, so these only tell garbage from
 * replies: KEYS has one element a key, DUMP of a large list is longer than any string, and a script may
 * return a status as long as a string. Depth alone costs memory; no command of Redis reaches 32.
 */
export const REPLY_LIMITS: FrameLimits = {
  lineBytesMax: 512 * 1024 * 1024,
  bulkBytesMax: 2 ** 40,
  argumentsMax: 2 ** 32,
  depthMax: FRAME_LIMITS.depthMax,
};

/** `'x'`, or `0x0d` where the byte would not print: messages go to clients as one line. */
export function shown(byte: number): string {
  const isPrintable = byte > 0x20 && byte < 0x7f;
  return isPrintable ? `'${String.fromCodePoint(byte)}'` : `0x${byte.toString(16).padStart(2, "0")}`;
}

export function unexpected(expected: string, found: number): ProtocolError {
  return new ProtocolError(`expected ${expected}, got ${shown(found)}`);
}
