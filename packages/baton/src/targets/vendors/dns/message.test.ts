// Whatever bytes come: reading ends, soon, and with nothing but its own error.
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  CLASS,
  decodeMessage,
  type DnsRecord,
  encodeMessage,
  MalformedMessage,
  OPCODE,
  type Sections,
  TYPE,
  u16,
} from "./message.ts";
import { addressIn, addressValue, isNote, noteIn, noteText, textIn, textValue } from "./values.ts";

const label = fc.stringMatching(/^[a-z0-9_-]{1,63}$/);
const name = fc
  .array(label, { maxLength: 6 })
  .map((labels) => labels.join("."))
  .filter((text) => text.length < 250);
const number16 = fc.nat(0xffff);
const data = fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes));
const record: fc.Arbitrary<DnsRecord> = fc.record({
  name,
  type: number16,
  class: number16,
  ttl: fc.nat(0x7fff_ffff),
  data,
});
const question = fc.record({ name, type: number16, class: number16 });
const sections: fc.Arbitrary<Sections> = fc.record({
  questions: fc.array(question, { maxLength: 3 }),
  answers: fc.array(record, { maxLength: 4 }),
  authority: fc.array(record, { maxLength: 4 }),
});

function readsOrSays(bytes: Buffer): void {
  try {
    decodeMessage(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(MalformedMessage);
    expect((error as Error).message.length).toBeLessThan(120);
  }
}

test("reads back every message that it has written", () => {
  fc.assert(
    fc.property(number16, sections, (id, written) => {
      const { questions, answers, authority, ...read } = decodeMessage(
        encodeMessage(id, OPCODE.update, written),
      );
      expect({ questions, answers, authority }).toEqual(written);
      expect(read).toMatchObject({ id, opcode: OPCODE.update, isReply: false, rcode: 0 });
    }),
  );
});

test("reads any bytes, or says why not, and nothing else happens", () => {
  const garbage = fc.uint8Array({ maxLength: 600, size: "max" }).map((bytes) => Buffer.from(bytes));
  fc.assert(fc.property(garbage, readsOrSays), { numRuns: 2_000 });
});

test("reads messages of which somebody has changed, cut or doubled a part, or says why not", () => {
  const changed = fc.record({
    written: sections,
    at: fc.nat(),
    value: fc.nat(0xff),
    cut: fc.nat(),
    tail: fc.uint8Array({ maxLength: 12 }),
  });
  fc.assert(
    fc.property(changed, ({ written, at, value, cut, tail }) => {
      const bytes = encodeMessage(1, OPCODE.query, written);
      bytes[at % bytes.length] = value;
      readsOrSays(bytes);
      readsOrSays(bytes.subarray(0, cut % bytes.length));
      readsOrSays(Buffer.concat([bytes, tail]));
    }),
    { numRuns: 1_000 },
  );
});

const header = (questions: number, answers = 0) =>
  Buffer.concat([u16(1), u16(0x8000), u16(questions), u16(answers), u16(0), u16(0)]);

test.each([
  ["to itself", [0xc0, 12]],
  ["forward", [0xc0, 20, 0, 0, 0, 0, 0, 0, 0]],
  ["behind the end", [0xff, 0xff]],
  ["through a label back to itself", [1, 97, 0xc0, 12]],
])("a name that points %s is refused", (_what, bytes) => {
  const message = Buffer.concat([header(1), Buffer.from(bytes), u16(1), u16(1)]);
  expect(() => decodeMessage(message)).toThrow(MalformedMessage);
});

test("names that point to each other in a long chain are read once each, or refused", () => {
  // 5000 pointers, each to the one before, and a record for each of them: the worst that fits.
  const chain = Array.from({ length: 5_000 }, (_one, index) => {
    return index === 0 ? Buffer.from([0, 0]) : u16(0xc000 | (12 + 2 * (index - 1)));
  });
  const rest = Buffer.concat([u16(0xc000 | (12 + 2 * 4_999)), u16(1), u16(1), Buffer.alloc(4), u16(0)]);
  const records = Array.from({ length: 4_000 }, () => rest);
  const message = Buffer.concat([header(0, 4_001), ...chain, ...records]);
  const startedMs = performance.now();
  readsOrSays(message);
  expect(performance.now() - startedMs).toBeLessThan(1_000);
});

test("a message that claims records that it has not got costs no memory for them", () => {
  expect(() => decodeMessage(header(0xffff, 0xffff))).toThrow("it ends after 12 bytes");
});

test("what stands behind the last record is not overlooked", () => {
  expect(() => decodeMessage(Buffer.concat([header(0), Buffer.from([0])]))).toThrow("goes on behind");
});

test("a name is read in lower case, and its odd bytes as digits", () => {
  const bytes = Buffer.concat([
    header(1),
    Buffer.from([3, 0x41, 0x2e, 0x00, 0]),
    u16(TYPE.A),
    u16(CLASS.IN),
  ]);
  expect(decodeMessage(bytes).questions[0]?.name).toBe("a\\046\\000");
});

test("addresses come back in the spelling of Redis", () => {
  const anyAddress = fc.oneof(fc.ipV4(), fc.ipV6());
  fc.assert(
    fc.property(anyAddress, (address) => {
      const { type, data: bytes } = addressValue(address);
      expect(addressValue(addressIn(type, bytes)).data).toEqual(bytes);
      if (type === TYPE.A) expect(addressIn(type, bytes)).toBe(address);
    }),
  );
  expect(addressIn(TYPE.AAAA, addressValue("FD00:0:0:0:0:0:0:2").data)).toBe("fd00::2");
  expect(() => addressIn(TYPE.A, Buffer.alloc(5))).toThrow(MalformedMessage);
  expect(() => addressValue("redis.example.com")).toThrow("no address");
});

test("a note comes back as it was written, and what is none is none", () => {
  const endpoint = { address: "fd00::2", port: 6380 };
  const note = { group: "main", epoch: 12, endpoint };
  const text = textIn(textValue(noteText(note)));
  expect(text).toBe("v=baton1 group=main epoch=12 address=fd00::2 port=6380");
  expect(noteIn(text)).toEqual(note);
  for (const other of ["v=spf1 -all", "", "v=baton1 group=main epoch=-1 address=::1 port=1"]) {
    expect(noteIn(other)).toBeUndefined();
  }
  expect([isNote("v=baton1 by hand"), isNote("v=baton10")]).toEqual([true, false]);
});

test("texts of any bytes are read, or refused as malformed", () => {
  fc.assert(
    fc.property(data, (bytes) => {
      try {
        noteIn(textIn(bytes));
      } catch (error) {
        expect(error).toBeInstanceOf(MalformedMessage);
      }
    }),
  );
});
