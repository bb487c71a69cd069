// The header that a balancer in front of the router sends first (PROXY protocol, version 2): who the
// client really is.
import { type Socket, SocketAddress } from "node:net";
import type { Endpoint } from "../cluster/types.ts";
import type { Clock } from "../sys/clock.ts";
import { after } from "./deadline.ts";

/** Header and extensions together. A sender must manage with less, or keep its extensions to itself. */
export const PROXY_HEADER_BYTES_MAX = 536;
/** A balancer sends it in the first packet of the connection; this much is for a loaded machine. */
const HEADER_MS = 5_000;

const SIGNATURE = Buffer.from("\r\n\r\n\0\r\nQUIT\n", "latin1");
const FIXED_BYTES = 16;
const VERSION_2 = 2;

/** What the balancer says of itself: LOCAL is its own health check, PROXY speaks for a client. */
const LOCAL = 0;
const PROXY = 1;

/** Bytes of both addresses and ports, by family and protocol. Without the last there is no address. */
const ADDRESS_BYTES: ReadonlyMap<number, number> = new Map([
  [0x00, 0],
  [0x11, 12],
  [0x21, 36],
]);

/** The message says what was found, and what was expected. */
export class ProxyHeaderError extends Error {}

export interface ProxyHeader {
  /** The client, as the balancer saw it; undefined when the balancer speaks for itself. */
  readonly source: Endpoint | undefined;
  /** What the client has sent behind the header so far. */
  readonly rest: Buffer;
}

function byteText(byte: number): string {
  return `0x${byte.toString(16).padStart(2, "0")}`;
}

/**
 * Length of the header whose beginning this is, undefined while too little of it is there. Whatever can
 * be refused is refused at its first wrong byte: nothing is waited for that could not become a header.
 */
function lengthOf(start: Buffer): number | undefined {
  const common = Math.min(start.length, SIGNATURE.length);
  if (start.compare(SIGNATURE, 0, common, 0, common) !== 0)
    throw new ProxyHeaderError("expected the signature of a PROXY header, version 2, found other bytes");
  const [command, family] = [start[12], start[13]];
  if (command !== undefined && command >> 4 !== VERSION_2)
    throw new ProxyHeaderError(`expected version 2 of the PROXY protocol, found ${command >> 4}`);
  if (command !== undefined && (command & 0xf) > PROXY)
    throw new ProxyHeaderError(`expected LOCAL or PROXY, found command ${byteText(command & 0xf)}`);
  const isLocal = command !== undefined && (command & 0xf) === LOCAL;
  const addressBytes = family === undefined || isLocal ? 0 : ADDRESS_BYTES.get(family);
  if (addressBytes === undefined)
    throw new ProxyHeaderError(`expected TCP over IPv4 or IPv6, found ${byteText(family ?? 0)}`);
  if (start.length < FIXED_BYTES) return undefined;
  const bytes = start.readUInt16BE(14);
  if (bytes < addressBytes)
    throw new ProxyHeaderError(`expected ${addressBytes} bytes of addresses or more, found ${bytes}`);
  if (FIXED_BYTES + bytes > PROXY_HEADER_BYTES_MAX)
    throw new ProxyHeaderError(
      `expected a header of at most ${PROXY_HEADER_BYTES_MAX} bytes, found ${FIXED_BYTES + bytes}`,
    );
  return FIXED_BYTES + bytes;
}

/** The source of a whole header. What stands behind the addresses (TLVs) is of no use here. */
function sourceOf(header: Buffer): Endpoint | undefined {
  if ((header.readUInt8(12) & 0xf) === LOCAL) return undefined;
  const family = header.readUInt8(13);
  if (family === 0x11) {
    const address = [...header.subarray(16, 20)].join(".");
    return { address, port: header.readUInt16BE(24) };
  }
  if (family === 0x21) {
    const groups = Array.from({ length: 8 }, (_, index) => header.readUInt16BE(16 + index * 2));
    const written = groups.map((group) => group.toString(16)).join(":");
    const { address } = new SocketAddress({ address: written, family: "ipv6" });
    return { address, port: header.readUInt16BE(48) };
  }
  return undefined;
}

/** Takes a header in pieces of any size; keeps at most PROXY_HEADER_BYTES_MAX bytes. */
export class ProxyHeaderParser {
  private start: Buffer = Buffer.alloc(0);

  /** @returns undefined while the header goes on. @throws ProxyHeaderError; it can take no more then. */
  push(chunk: Buffer): ProxyHeader | undefined {
    const before = this.start.length;
    const start = Buffer.concat([this.start, chunk.subarray(0, PROXY_HEADER_BYTES_MAX - before)]);
    const length = lengthOf(start);
    if (length === undefined || start.length < length) {
      this.start = start;
      return undefined;
    }
    return { source: sourceOf(start.subarray(0, length)), rest: chunk.subarray(length - before) };
  }
}

/**
 * Reads the header from a paused socket that nobody else listens to, and leaves it paused; `rest` is to
 * be put back or taken in by the caller. Whoever may connect to such a router can name any source: it is
 * for logs, never for rights.
 * @throws ProxyHeaderError for anything else than a header within 5 s; the socket is destroyed then.
 */
export function readProxyHeader(socket: Socket, clock: Clock): Promise<ProxyHeader> {
  const parser = new ProxyHeaderParser();
  return new Promise((resolve, reject) => {
    const settle = () => {
      stopTimer();
      socket.off("data", take).off("end", end).off("close", end).pause();
    };
    const fail = (error: unknown) => {
      settle();
      socket.destroy();
      reject(error instanceof Error ? error : new ProxyHeaderError(String(error)));
    };
    const end = () =>
      fail(new ProxyHeaderError("expected a PROXY header, found the end of the connection"));
    const take = (chunk: Buffer) => {
      try {
        const header = parser.push(chunk);
        if (header === undefined) return;
        settle();
        resolve(header);
      } catch (error) {
        fail(error);
      }
    };
    const late = `expected a PROXY header within ${HEADER_MS} ms, found none`;
    const stopTimer = after(clock, HEADER_MS, () => fail(new ProxyHeaderError(late)));
    socket.on("data", take).once("end", end).once("close", end).resume();
  });
}
