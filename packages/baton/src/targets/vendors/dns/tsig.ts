// TSIG (RFC 8945): signs what goes out with a shared key, and holds the signatures of replies against it.
import { createHmac, timingSafeEqual } from "node:crypto";
import {
  CLASS,
  type DnsRecord,
  MalformedMessage,
  type Message,
  nameBytes,
  Reader,
  recordBytes,
  TYPE,
  u16,
  u32,
} from "./message.ts";

export const ALGORITHMS = ["hmac-sha256", "hmac-sha384", "hmac-sha512"] as const;

export interface TsigKey {
  /** Lower case, without a dot at its end. Part of what is signed: both sides have to call it the same. */
  readonly name: string;
  readonly algorithm: (typeof ALGORITHMS)[number];
  readonly secret: Buffer;
}

/** How far the clocks of both sides may be apart, seconds; what the standard recommends. */
export const FUDGE_SECONDS = 300;
export const TSIG_ERROR = { badSignature: 16, badKey: 17, badTime: 18 } as const;
const ARCOUNT_AT = 10;

interface Stamp {
  readonly seconds: number;
  readonly fudgeSeconds: number;
  readonly error: number;
  readonly other: Buffer;
}

/** What was found about a reply's signature. */
export type Signature =
  /** Made by whoever has the key, for this request, just now: what it says can be believed. */
  | { readonly kind: "good"; readonly error: number; readonly serverSeconds: number }
  /** The server says why it cannot sign: it does not know the key, or has another secret for it. */
  | { readonly kind: "unsigned"; readonly error: number }
  | { readonly kind: "none" }
  | { readonly kind: "bad"; readonly why: string };

function u48(seconds: number): Buffer {
  const bytes = Buffer.alloc(6);
  bytes.writeUIntBE(seconds, 0, 6);
  return bytes;
}

/** What is signed behind the message: the signature's own fields. */
function variables(key: TsigKey, { seconds, fudgeSeconds, error, other }: Stamp): Buffer {
  return Buffer.concat([
    nameBytes(key.name),
    u16(CLASS.ANY),
    u32(0),
    nameBytes(key.algorithm),
    u48(seconds),
    u16(fudgeSeconds),
    u16(error),
    u16(other.length),
    other,
  ]);
}

const macOf = ({ algorithm, secret }: TsigKey, ...parts: readonly Buffer[]): Buffer =>
  createHmac(algorithm.slice("hmac-".length), secret).update(Buffer.concat(parts)).digest();

/** The message with its signature at its end. `earlierMac`: of the request, where this is a reply. */
export function signMessage(
  message: Buffer,
  key: TsigKey,
  stamp: Partial<Stamp> & Pick<Stamp, "seconds">,
  earlierMac?: Buffer,
): { readonly bytes: Buffer; readonly mac: Buffer } {
  const whole = { fudgeSeconds: FUDGE_SECONDS, error: 0, other: Buffer.alloc(0), ...stamp };
  const earlier = earlierMac === undefined ? [] : [u16(earlierMac.length), earlierMac];
  const mac = macOf(key, ...earlier, message, variables(key, whole));
  const { seconds, fudgeSeconds, error, other } = whole;
  const data = Buffer.concat([
    nameBytes(key.algorithm),
    u48(seconds),
    u16(fudgeSeconds),
    u16(mac.length),
    mac,
    message.subarray(0, 2),
    u16(error),
    u16(other.length),
    other,
  ]);
  const record = { name: key.name, type: TYPE.TSIG, class: CLASS.ANY, ttl: 0, data };
  const bytes = Buffer.concat([message, recordBytes(record)]);
  bytes.writeUInt16BE(message.readUInt16BE(ARCOUNT_AT) + 1, ARCOUNT_AT);
  return { bytes, mac };
}

interface Signed extends Stamp {
  readonly algorithm: string;
  readonly mac: Buffer;
  readonly originalId: Buffer;
}

function signedIn({ data }: DnsRecord): Signed {
  const reader = new Reader(data);
  const algorithm = reader.name();
  const seconds = reader.take(6).readUIntBE(0, 6);
  const fudgeSeconds = reader.u16();
  const mac = reader.take(reader.u16());
  const originalId = reader.take(2);
  const error = reader.u16();
  const other = reader.take(reader.u16());
  return { algorithm, seconds, fudgeSeconds, mac, originalId, error, other };
}

/** The message as it was before it was signed. */
function unsignedPart(bytes: Buffer, { lastRecordAt }: Message, { originalId }: Signed): Buffer {
  const part = Buffer.from(bytes.subarray(0, lastRecordAt));
  originalId.copy(part, 0);
  part.writeUInt16BE(part.readUInt16BE(ARCOUNT_AT) - 1, ARCOUNT_AT);
  return part;
}

export interface Received {
  readonly bytes: Buffer;
  readonly message: Message;
  /** Of the request that this answers. */
  readonly requestMac: Buffer;
  /** By the clock that the request was signed with. */
  readonly nowSeconds: number;
}

/** @throws MalformedMessage when the signature is none, or not the last record. */
export function judgeSignature(received: Received, key: TsigKey): Signature {
  const { bytes, message, requestMac, nowSeconds } = received;
  const { answers, authority, additional } = message;
  const record = additional.at(-1);
  const others = [...answers, ...authority, ...additional.slice(0, -1)];
  if (others.some(({ type }) => type === TYPE.TSIG)) {
    throw new MalformedMessage("its signature is not its last record");
  }
  if (record?.type !== TYPE.TSIG) return { kind: "none" };
  if (record.class !== CLASS.ANY || record.ttl !== 0)
    throw new MalformedMessage("its signature is none");
  const signed = signedIn(record);
  const { error, seconds, fudgeSeconds, mac, other } = signed;
  if (mac.length === 0) return { kind: "unsigned", error };
  if (record.name !== key.name || signed.algorithm !== key.algorithm) {
    return { kind: "bad", why: "it is signed with another key" };
  }
  const part = unsignedPart(bytes, message, signed);
  const right = macOf(key, u16(requestMac.length), requestMac, part, variables(key, signed));
  // Full length only: a short one is easier to guess.
  if (mac.length !== right.length || !timingSafeEqual(mac, right)) {
    return { kind: "bad", why: "its signature does not fit: another secret, or changed on the way" };
  }
  if (error === TSIG_ERROR.badTime && other.length === 6) {
    return { kind: "good", error, serverSeconds: other.readUIntBE(0, 6) };
  }
  if (Math.abs(nowSeconds - seconds) > fudgeSeconds) return { kind: "bad", why: "it is an old reply" };
  return { kind: "good", error, serverSeconds: seconds };
}
