// Values of Terraform as they go over the wire: MessagePack, with a mark for what is known only after apply.
import assert from "node:assert/strict";

/** What a provider will only know when it has made the thing. */
export const UNKNOWN = Symbol("known after apply");

export type Value =
  | null
  | boolean
  | number
  | string
  | typeof UNKNOWN
  | readonly Value[]
  | { readonly [key: string]: Value };

export const isObject = (value: Value): value is { readonly [key: string]: Value } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Sizes in bytes of the lengths behind a type's first code: one, two and four. */
const LENGTHS = [1, 2, 4] as const;

class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  #take(count: number): Buffer {
    this.#at += count;
    assert(this.#at <= this.#bytes.length, "a value ends too early");
    return this.#bytes.subarray(this.#at - count, this.#at);
  }

  #length(code: number, first: number): number {
    const size = LENGTHS[code - first];
    assert(size !== undefined);
    return this.#take(size).readUIntBE(0, size);
  }

  #list(count: number): Value {
    return Array.from({ length: count }, () => this.value());
  }

  #map(count: number): Value {
    return Object.fromEntries(
      Array.from({ length: count }, () => {
        const key = this.value();
        assert(typeof key === "string");
        return [key, this.value()] as const;
      }),
    );
  }

  /** Of whatever length and kind, an extension says that the value is not known yet. */
  #unknown(length: number): Value {
    this.#take(length + 1);
    return UNKNOWN;
  }

  #number(code: number): Value {
    if (code === 0xca) return this.#take(4).readFloatBE();
    if (code === 0xcb) return this.#take(8).readDoubleBE();
    if (code === 0xcf) return Number(this.#take(8).readBigUInt64BE());
    if (code === 0xd3) return Number(this.#take(8).readBigInt64BE());
    if (code <= 0xce) return this.#length(code, 0xcc);
    const size = LENGTHS[code - 0xd0];
    assert(size !== undefined);
    return this.#take(size).readIntBE(0, size);
  }

  value(): Value {
    const code = this.#take(1).readUInt8();
    if (code <= 0x7f) return code;
    if (code <= 0x8f) return this.#map(code - 0x80);
    if (code <= 0x9f) return this.#list(code - 0x90);
    if (code <= 0xbf) return this.#take(code - 0xa0).toString("utf8");
    if (code === 0xc0) return null;
    if (code === 0xc2 || code === 0xc3) return code === 0xc3;
    if (code >= 0xc7 && code <= 0xc9) return this.#unknown(this.#length(code, 0xc7));
    if (code >= 0xca && code <= 0xd3) return this.#number(code);
    if (code >= 0xd4 && code <= 0xd8) return this.#unknown(2 ** (code - 0xd4));
    if (code >= 0xd9 && code <= 0xdb) return this.#take(this.#length(code, 0xd9)).toString("utf8");
    if (code === 0xdc || code === 0xdd) return this.#list(this.#length(code, 0xdb));
    if (code === 0xde || code === 0xdf) return this.#map(this.#length(code, 0xdd));
    if (code >= 0xe0) return code - 0x100;
    throw new Error(`no value begins with ${code}`);
  }
}

export const decoded = (bytes: Buffer): Value => new Reader(bytes).value();

function head(code: number, length: number): Buffer {
  const bytes = Buffer.alloc(5);
  bytes.writeUInt8(code);
  bytes.writeUInt32BE(length, 1);
  return bytes;
}

function encodedNumber(value: number): Buffer {
  const bytes = Buffer.alloc(9);
  bytes.writeUInt8(Number.isInteger(value) ? 0xd3 : 0xcb);
  if (Number.isInteger(value)) bytes.writeBigInt64BE(BigInt(value), 1);
  else bytes.writeDoubleBE(value, 1);
  return bytes;
}

/** Always the longest form: what reads it takes any. */
export function encoded(value: Value): Buffer {
  if (value === null) return Buffer.of(0xc0);
  if (value === UNKNOWN) return Buffer.of(0xd4, 0, 0);
  if (typeof value === "boolean") return Buffer.of(value ? 0xc3 : 0xc2);
  if (typeof value === "number") return encodedNumber(value);
  if (typeof value === "string") {
    const text = Buffer.from(value, "utf8");
    return Buffer.concat([head(0xdb, text.length), text]);
  }
  if (isObject(value)) {
    const entries = Object.entries(value);
    const parts = entries.flatMap(([key, inner]) => [encoded(key), encoded(inner)]);
    return Buffer.concat([head(0xdf, entries.length), ...parts]);
  }
  return Buffer.concat([head(0xdd, value.length), ...value.map(encoded)]);
}
