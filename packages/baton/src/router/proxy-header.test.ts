import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { systemClock } from "../sys/clock.ts";
import {
  PROXY_HEADER_BYTES_MAX,
  type ProxyHeader,
  ProxyHeaderError,
  ProxyHeaderParser,
  readProxyHeader,
} from "./proxy-header.ts";

const SIGNATURE = Buffer.from("\r\n\r\n\0\r\nQUIT\n", "latin1");

function header(command: number, family: number, body: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(body.length);
  return Buffer.concat([SIGNATURE, Buffer.from([command, family]), length, body]);
}
const port16 = (port: number) => Buffer.from([port >> 8, port & 0xff]);
/** Source, and 192.0.2.1:6380 or its like as the destination. */
const ipv4 = (source: readonly number[], port: number) =>
  Buffer.concat([Buffer.from([...source, 192, 0, 2, 1]), port16(port), port16(6380)]);
const ipv6 = (source: Buffer, port: number) =>
  Buffer.concat([source, Buffer.alloc(16), port16(port), port16(6380)]);
const tlv = Buffer.from([0x03, 0x00, 0x04, 1, 2, 3, 4]);

/** What a parser says of bytes that come in pieces of these lengths, again and again. */
function parsed(bytes: Buffer, lengths: readonly number[]): ProxyHeader | undefined {
  const parser = new ProxyHeaderParser();
  for (let offset = 0, turn = 0; offset < bytes.length; turn += 1) {
    const length = lengths[turn % lengths.length] ?? 1;
    const found = parser.push(bytes.subarray(offset, offset + length));
    offset += length;
    if (found !== undefined)
      return { source: found.source, rest: Buffer.concat([found.rest, bytes.subarray(offset)]) };
  }
  return undefined;
}
const rest = Buffer.from("*1\r\n$4\r\nPING\r\n");

describe("a header", () => {
  test("names the client, and what the client has sent behind it is kept", () => {
    const bytes = Buffer.concat([header(0x21, 0x11, ipv4([192, 0, 2, 7], 40_000)), rest]);
    expect(parsed(bytes, [1000])).toEqual({ source: { address: "192.0.2.7", port: 40_000 }, rest });
  });

  test("of IPv6 names it the way everybody writes it", () => {
    const source = Buffer.from("20010db8000000000000000000000001", "hex");
    const found = parsed(header(0x21, 0x21, ipv6(source, 443)), [1000]);
    expect(found?.source).toEqual({ address: "2001:db8::1", port: 443 });
  });

  test("of the balancer's own health check names nobody, whatever addresses it carries", () => {
    for (const family of [0x00, 0x11, 0x31])
      expect(parsed(header(0x20, family, tlv), [1000])).toMatchObject({ source: undefined });
    expect(parsed(header(0x21, 0x00, Buffer.alloc(0)), [1000])).toMatchObject({ source: undefined });
  });

  test("is the same in pieces of any length, with extensions and without", () => {
    const byte = fc.integer({ min: 0, max: 255 });
    const extensions = fc.uint8Array({ maxLength: 400 });
    const lengths = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 5 });
    const sources = fc.tuple(byte, byte, byte, byte);
    const ports = fc.integer({ min: 0, max: 65_535 });
    const behind = fc.uint8Array({ maxLength: 600 });
    fc.assert(
      fc.property(sources, ports, extensions, behind, lengths, (source, port, more, sent, pieces) => {
        const body = Buffer.concat([ipv4(source, port), more]);
        const bytes = Buffer.concat([header(0x21, 0x11, body), sent]);
        const expected = { source: { address: source.join("."), port }, rest: Buffer.from(sent) };
        expect(parsed(bytes, pieces)).toEqual(expected);
      }),
    );
  });

  test.each([
    ["plain Redis", rest, "expected the signature"],
    ["version 1", Buffer.from("PROXY TCP4 192.0.2.7 192.0.2.1 1 2\r\n"), "expected the signature"],
    ["version 3", header(0x31, 0x11, ipv4([1, 1, 1, 1], 1)), "found 3"],
    ["an unknown command", header(0x22, 0x11, ipv4([1, 1, 1, 1], 1)), "found command 0x02"],
    ["UDP", header(0x21, 0x12, ipv4([1, 1, 1, 1], 1)), "found 0x12"],
    ["a unix socket", header(0x21, 0x31, Buffer.alloc(216)), "found 0x31"],
    ["half an address", header(0x21, 0x11, Buffer.alloc(11)), "found 11"],
    ["too much", header(0x21, 0x11, Buffer.alloc(PROXY_HEADER_BYTES_MAX - 15)), "found 537"],
  ])("that is %s is refused, at once and in pieces", (_what, bytes, sentence) => {
    for (const pieces of [[1000], [1], [13, 2]]) {
      expect(() => parsed(bytes, pieces)).toThrow(ProxyHeaderError);
      expect(() => parsed(bytes, pieces)).toThrow(sentence);
    }
  });

  test("of the greatest length is taken, and garbage never does more than be refused", () => {
    const most = header(0x21, 0x11, Buffer.alloc(PROXY_HEADER_BYTES_MAX - 16));
    expect(parsed(most, [7])?.rest).toHaveLength(0);
    const start = fc.integer({ min: 0, max: 16 });
    fc.assert(
      fc.property(start, fc.uint8Array({ minLength: 1, maxLength: 1200 }), (kept, noise) => {
        const bytes = Buffer.concat([most.subarray(0, kept), noise]);
        try {
          parsed(bytes, [1, 64]);
        } catch (error) {
          expect(error).toBeInstanceOf(ProxyHeaderError);
        }
      }),
    );
  });
});

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** Both ends of a connection; the server's is paused. */
async function pair(): Promise<{ readonly client: Socket; readonly accepted: Socket }> {
  const server = createServer({ pauseOnConnect: true, allowHalfOpen: true }).listen(0, "127.105.0.1");
  await once(server, "listening");
  const bound = server.address();
  const port = typeof bound === "object" && bound !== null ? bound.port : 0;
  const client = connect({ host: "127.105.0.1", port });
  const [accepted] = (await once(server, "connection")) as [Socket];
  for (const socket of [client, accepted]) socket.on("error", () => undefined);
  closers.push(() => {
    client.destroy();
    accepted.destroy();
    server.close();
  });
  return { client, accepted };
}

describe("on a socket", () => {
  test("the header is read, and the rest can be put back for whoever reads next", async () => {
    const { client, accepted } = await pair();
    const reading = readProxyHeader(accepted, systemClock);
    const bytes = Buffer.concat([header(0x21, 0x11, ipv4([192, 0, 2, 7], 9)), rest]);
    client.write(bytes.subarray(0, 20));
    client.write(bytes.subarray(20));
    const found = await reading;
    expect(found.source).toEqual({ address: "192.0.2.7", port: 9 });
    expect(accepted.isPaused()).toBe(true);
    accepted.unshift(found.rest);
    const next = once(accepted, "data") as Promise<[Buffer]>;
    accepted.resume();
    expect((await next)[0].toString()).toBe(rest.toString());
  });

  test("garbage, an early end and silence are closed, each with its sentence", async () => {
    const garbage = await pair();
    const reading = readProxyHeader(garbage.accepted, systemClock);
    garbage.client.write("PING\r\n");
    await expect(reading).rejects.toThrow("expected the signature");
    expect(garbage.accepted.destroyed).toBe(true);

    const ended = await pair();
    const early = readProxyHeader(ended.accepted, systemClock);
    ended.client.end(SIGNATURE);
    await expect(early).rejects.toThrow("found the end of the connection");

    const silent = await pair();
    let fire = () => undefined as void;
    const clock = { ...systemClock, sleep: () => new Promise<void>((resolve) => (fire = resolve)) };
    const late = readProxyHeader(silent.accepted, clock);
    fire();
    await expect(late).rejects.toThrow("within 5000 ms");
    expect(silent.accepted.destroyed).toBe(true);
  });
});
