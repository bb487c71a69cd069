// Name servers that are broken, or mean harm: each answer is either believed rightly or refused in a line.
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { closeServer, listenOn } from "../../../sys/sockets.ts";
import { TEST_SECRET } from "../../surroundings.fixture.ts";
import { readEntry } from "./entry.ts";
import {
  CLASS,
  decodeMessage,
  type DnsRecord,
  encodeMessage,
  nameBytes,
  recordBytes,
  type Sections,
  TYPE,
  u16,
} from "./message.ts";
import { openNameServer } from "./name-server.ts";
import { NameServerRefusal } from "./refusal.ts";
import { signMessage, TSIG_ERROR, type TsigKey } from "./tsig.ts";
import { addressValue, textValue } from "./values.ts";

const key: TsigKey = { name: "baton", algorithm: "hmac-sha256", secret: Buffer.from(TEST_SECRET) };
const NAME = "redis.dr.test";
const NOW = 1_800_000_000;

interface Asked {
  readonly bytes: Buffer;
  readonly id: number;
  readonly questions: Sections["questions"];
  /** Of the request's signature. */
  readonly mac: Buffer;
}
type Reply = (asked: Asked) => Buffer | undefined;

let server: Server;
let reply: Reply;
const sockets = new Set<Socket>();

/** The request's own signature is what the reply's is made over. */
function macIn(bytes: Buffer): Buffer {
  const data = decodeMessage(bytes).additional.at(-1)?.data ?? Buffer.alloc(0);
  const at = nameBytes(key.algorithm).length + 8;
  return data.subarray(at + 2, at + 2 + data.readUInt16BE(at));
}

function serve(socket: Socket): void {
  sockets.add(socket);
  socket.on("error", () => undefined);
  let rest: Buffer = Buffer.alloc(0);
  socket.on("data", (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 2 && rest.length >= 2 + rest.readUInt16BE(0)) {
      const bytes = rest.subarray(2, 2 + rest.readUInt16BE(0));
      rest = rest.subarray(2 + bytes.length);
      const { id, questions } = decodeMessage(bytes);
      const answer = reply({ bytes, id, questions, mac: macIn(bytes) });
      if (answer === undefined) socket.end();
      else socket.write(answer);
    }
  });
}

beforeEach(async () => {
  server = createServer(serve);
  await listenOn(server, { address: "127.0.0.1", port: 0 });
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  await closeServer(server);
});

const framed = (bytes: Buffer) => Buffer.concat([u16(bytes.length), bytes]);

interface Said {
  readonly rcode?: number;
  readonly flags?: number;
  readonly id?: number;
  readonly answers?: readonly DnsRecord[];
}

/** An authoritative answer to the question, unsigned. */
function answerTo(
  { id, questions }: Asked,
  { rcode = 0, flags = 0x8400, id: own = id, answers = [] }: Said,
) {
  const bytes = encodeMessage(own, 0, { questions, answers, authority: [] });
  bytes.writeUInt16BE(flags | rcode, 2);
  return bytes;
}

const signed = (asked: Asked, said: Said = {}, by = key, seconds = NOW) =>
  signMessage(answerTo(asked, said), by, { seconds }, asked.mac).bytes;

function open() {
  const { port } = server.address() as AddressInfo;
  return openNameServer({
    host: "127.0.0.1",
    port,
    zone: "dr.test",
    readKey: () => Promise.resolve(key),
    wallMs: () => NOW * 1_000,
  });
}

async function look(nameServer = open()) {
  const signal = AbortSignal.timeout(5_000);
  return await nameServer.visit(signal, (session) => readEntry(session, { name: NAME, group: "main" }));
}

function checked(error: unknown): string {
  expect(error).toBeInstanceOf(Error);
  const { message } = error as Error;
  expect(message).toMatch(/^name server 127\.0\.0\.1:\d+: [^\n]{5,300}$/);
  expect(message).not.toContain(TEST_SECRET);
  return message.replace(/^name server \S+ /, "");
}

async function sentenceFor(next: Reply): Promise<string> {
  reply = next;
  return checked(await look().catch((error: unknown) => error));
}

const record = (type: number, data: Buffer, name = NAME): DnsRecord => ({
  name,
  type,
  class: CLASS.IN,
  ttl: 5,
  data,
});

test("believes a signed answer, and one that says there is nothing", async () => {
  reply = (asked) => framed(signed(asked, { rcode: 3 }));
  expect(await look()).toMatchObject({ addresses: [], texts: [], note: undefined });
  const address = record(TYPE.A, addressValue("10.9.0.1").data);
  reply = (asked) =>
    framed(signed(asked, { answers: asked.questions[0]?.type === TYPE.A ? [address] : [] }));
  expect(await look()).toMatchObject({ addresses: [{ name: NAME, type: TYPE.A }], texts: [] });
});

test.each<[string, Reply, RegExp]>([
  ["no signature", (asked) => framed(answerTo(asked, {})), /not believed: it is not signed/],
  ["nothing there, unsigned", (asked) => framed(answerTo(asked, { rcode: 3 })), /it is not signed/],
  [
    "another's signature",
    (asked) => framed(signed(asked, {}, { ...key, secret: Buffer.from("x") })),
    /does not fit/,
  ],
  ["an old answer", (asked) => framed(signed(asked, {}, key, NOW - 4_000)), /an old reply/],
  [
    "another id",
    (asked) => framed(signed(asked, { id: (asked.id + 1) % 65_536 })),
    /belongs to another/,
  ],
  ["a request", (asked) => framed(signed(asked, { flags: 0x0400 })), /belongs to another/],
  ["a cut answer", (asked) => framed(signed(asked, { flags: 0x8600 })), /is not whole/],
  [
    "no authority",
    (asked) => framed(signed(asked, { flags: 0x8000 })),
    /does not speak for redis.dr.test/,
  ],
  ["another question", (asked) => framed(signed({ ...asked, questions: [] })), /another question/],
  ["its request back", (asked) => framed(asked.bytes), /belongs to another/],
  ["no DNS at all", () => Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n"), /closed|no proper/],
  ["an empty message", () => framed(Buffer.alloc(0)), /no proper message: it has 0 bytes/],
  ["nothing", () => undefined, /closed without an answer/],
  ["SERVFAIL", (asked) => framed(signed(asked, { rcode: 2 })), /SERVFAIL: it has failed; its log/],
  ["SERVFAIL, unsigned", (asked) => framed(answerTo(asked, { rcode: 2 })), /SERVFAIL/],
  ["REFUSED", (asked) => framed(signed(asked, { rcode: 5 })), /REFUSED: the key baton has no right/],
  [
    "NOTAUTH",
    (asked) => framed(signed(asked, { rcode: 9 })),
    /NOTAUTH: it is not the primary of dr.test/,
  ],
  ["a code of tomorrow", (asked) => framed(signed(asked, { rcode: 15 })), /answers with code 15/],
])("says what is wrong with %s", async (_what, next, pattern) => {
  // A page of text has a length in front that never comes: the far side has to close.
  const closing: Reply = (asked) => {
    const bytes = next(asked);
    if (bytes?.toString("latin1").startsWith("HTTP")) for (const one of sockets) one.end(bytes);
    return bytes?.toString("latin1").startsWith("HTTP") ? Buffer.alloc(0) : bytes;
  };
  expect(await sentenceFor(closing)).toMatch(pattern);
});

const unsignedError =
  (error: number): Reply =>
  (asked) => {
    const data = Buffer.concat([
      nameBytes(key.algorithm),
      Buffer.alloc(6),
      u16(300),
      u16(0),
      u16(asked.id),
      u16(error),
      u16(0),
    ]);
    const bytes = answerTo(asked, { rcode: 9 });
    bytes.writeUInt16BE(1, 10);
    return framed(
      Buffer.concat([bytes, recordBytes({ ...record(TYPE.TSIG, data, key.name), class: 255, ttl: 0 })]),
    );
  };

test("says what the server has against the key", async () => {
  expect(await sentenceFor(unsignedError(TSIG_ERROR.badSignature))).toMatch(
    /BADSIG: it has another secret/,
  );
  expect(await sentenceFor(unsignedError(TSIG_ERROR.badKey))).toMatch(
    /BADKEY: it knows no key baton of hmac-/,
  );
  expect(await sentenceFor(unsignedError(0))).toMatch(/its signature is empty/);
});

test("goes by the server's clock after a BADTIME that the key has signed, and says both times", async () => {
  const nameServer = open();
  const times: number[] = [];
  reply = (asked) => {
    const data = decodeMessage(asked.bytes).additional[0]?.data ?? Buffer.alloc(0);
    const seconds = data.readUIntBE(nameBytes(key.algorithm).length, 6);
    times.push(seconds);
    if (seconds !== NOW) return framed(signed(asked, {}, key, seconds));
    const other = Buffer.alloc(6);
    other.writeUIntBE(NOW + 600, 0, 6);
    const stamp = { seconds, error: TSIG_ERROR.badTime, other };
    return framed(signMessage(answerTo(asked, { rcode: 9 }), key, stamp, asked.mac).bytes);
  };
  const refused: unknown = await look(nameServer).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(NameServerRefusal);
  expect(String(refused)).toMatch(/BADTIME: its clock says \S+ and this host's \S+ UTC, 600 s apart/);
  await look(nameServer);
  expect(times).toEqual([NOW, NOW + 600, NOW + 600, NOW + 600]);
});

test("an alias, a crowd of texts and another group's note are refused by name", async () => {
  const answering = (answers: readonly DnsRecord[]): Reply => {
    return (asked) => {
      const [question] = asked.questions;
      return framed(signed(asked, { answers: question?.type === TYPE.TXT ? answers : [] }));
    };
  };
  const alias = record(TYPE.CNAME, nameBytes("else.dr.test"));
  expect(await sentenceFor(answering([alias]))).toMatch(/redis.dr.test is an alias \(CNAME\)/);
  const crowd = Array.from({ length: 33 }, (_one, index) =>
    record(TYPE.TXT, textValue(`text ${index}`)),
  );
  expect(await sentenceFor(answering(crowd))).toMatch(/has 33 TXT records/);
  const other = "v=baton1 group=cache epoch=3 address=10.9.0.1 port=6379";
  expect(await sentenceFor(answering([record(TYPE.TXT, textValue(other))]))).toMatch(
    /to the group cache/,
  );
  const broken = record(TYPE.TXT, Buffer.from([200, 1]));
  expect(await sentenceFor(answering([broken]))).toMatch(/no proper message: a text is longer/);
});

test("whatever bytes come, it ends with a sentence, or the answer it asked for", async () => {
  const garbage = fc.uint8Array({ maxLength: 200, size: "max" }).map((bytes) => Buffer.from(bytes));
  const anything = fc.record({
    bytes: garbage,
    at: fc.nat(),
    value: fc.nat(255),
    isSigned: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(anything, async ({ bytes, at, value, isSigned }) => {
      reply = (asked) => {
        if (!isSigned) return framed(bytes);
        const changed = signed(asked, { answers: [record(TYPE.TXT, textValue("v=spf1"))] });
        changed[at % changed.length] = value;
        return framed(changed);
      };
      const found = await look().catch((error: unknown) => checked(error));
      // What is believed is what was signed.
      if (typeof found !== "string") expect(found.notes).toEqual([]);
    }),
    { numRuns: 150 },
  );
});

test("an answer that never ends is left when the time is up", async () => {
  reply = () => Buffer.concat([u16(60_000), Buffer.alloc(10)]);
  const nameServer = open();
  const stopping = new AbortController();
  const looking = nameServer.visit(stopping.signal, (session) => session.query(NAME, TYPE.A));
  const startedMs = performance.now();
  setTimeout(() => stopping.abort(new Error("time is up")), 100);
  await expect(looking).rejects.toThrow("time is up");
  expect(performance.now() - startedMs).toBeLessThan(1_000);
});

test("a server that is not there is named with its place", async () => {
  const nameServer = open();
  await closeServer(server);
  await expect(look(nameServer)).rejects.toThrow(/^name server 127\.0\.0\.1:\d+: connect ECONNREFUSED/);
  await listenOn(server, { address: "127.0.0.1", port: 0 });
});
