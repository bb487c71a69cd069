// Signatures: a reply is believed when it was made by the key, for this request, now, and unchanged.
import { createHmac } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { CLASS, decodeMessage, encodeMessage, MalformedMessage, OPCODE, TYPE } from "./message.ts";
import { judgeSignature, signMessage, TSIG_ERROR, type TsigKey } from "./tsig.ts";

const key: TsigKey = {
  name: "baton",
  algorithm: "hmac-sha256",
  secret: Buffer.from("sixteen bytes, or more"),
};
const NOW = 1_800_000_000;
const request = encodeMessage(7, OPCODE.query, {
  questions: [{ name: "redis.dr.test", type: TYPE.A, class: CLASS.IN }],
  answers: [],
  authority: [],
});

/** Bytes 2 and 3 make it a reply. */
function replyOf(id = 7): Buffer {
  const bytes = encodeMessage(id, OPCODE.query, { questions: [], answers: [], authority: [] });
  bytes.writeUInt16BE(0x8400, 2);
  return bytes;
}

const { mac: requestMac } = signMessage(request, key, { seconds: NOW });
const judge = (bytes: Buffer, nowSeconds = NOW, by = key) =>
  judgeSignature({ bytes, message: decodeMessage(bytes), requestMac, nowSeconds }, by);

test("signs over the message and the fields of the signature, as RFC 8945 has it", () => {
  const { bytes, mac } = signMessage(request, key, { seconds: NOW });
  const hex = [
    request.toString("hex"),
    "05626174 6f6e00 00ff 00000000", // the key's name, class ANY, no TTL
    "0b686d61 632d7368 61323536 00", // hmac-sha256
    `0000${NOW.toString(16)} 012c 0000 0000`, // when, 300 s, no error, nothing else
  ];
  const signed = Buffer.from(hex.join("").replaceAll(" ", ""), "hex");
  expect(mac).toEqual(createHmac("sha256", key.secret).update(signed).digest());
  const { additional, lastRecordAt } = decodeMessage(bytes);
  expect(additional).toMatchObject([{ name: "baton", type: TYPE.TSIG, class: CLASS.ANY, ttl: 0 }]);
  expect(lastRecordAt).toBe(request.length);
});

test("believes a reply that the key has signed for this request", () => {
  const { bytes } = signMessage(replyOf(), key, { seconds: NOW + 3 }, requestMac);
  expect(judge(bytes)).toEqual({ kind: "good", error: 0, serverSeconds: NOW + 3 });
});

test("does not believe a reply of which a single bit was changed", () => {
  const { bytes } = signMessage(replyOf(), key, { seconds: NOW }, requestMac);
  fc.assert(
    fc.property(fc.nat(bytes.length * 8 - 1), (bit) => {
      const changed = Buffer.from(bytes);
      const at = bit >> 3;
      changed[at] = (changed[at] ?? 0) ^ (1 << (bit & 7));
      // The id may differ on the way; the client compares it, the signature has its own.
      if (at < 2) return;
      let kind: string;
      try {
        ({ kind } = judge(changed));
      } catch (error) {
        expect(error).toBeInstanceOf(MalformedMessage);
        return;
      }
      // Only the case of names says nothing.
      const folded = (one: Buffer) => one.toString("latin1").toLowerCase();
      if (kind === "good") expect(folded(changed)).toBe(folded(bytes));
    }),
    { numRuns: bytes.length * 8 },
  );
});

test("does not believe a reply to another request, with another key, or of another time", () => {
  const other = Buffer.alloc(32, 1);
  const forOther = signMessage(replyOf(), key, { seconds: NOW }, other).bytes;
  expect(judge(forOther)).toMatchObject({ kind: "bad", why: expect.stringContaining("does not fit") });
  const stranger = { ...key, secret: Buffer.from("another one") };
  expect(judge(signMessage(replyOf(), stranger, { seconds: NOW }, requestMac).bytes).kind).toBe("bad");
  const renamed = signMessage(replyOf(), { ...key, name: "else" }, { seconds: NOW }, requestMac).bytes;
  expect(judge(renamed)).toMatchObject({ kind: "bad", why: "it is signed with another key" });
  const old = signMessage(replyOf(), key, { seconds: NOW - 301 }, requestMac).bytes;
  expect(judge(old)).toMatchObject({ kind: "bad", why: "it is an old reply" });
});

test("does not believe a signature that was made shorter, which is easier to guess", () => {
  const { bytes } = signMessage(replyOf(), key, { seconds: NOW }, requestMac);
  const macAt = bytes.length - 32 - 6;
  const short = Buffer.concat([bytes.subarray(0, macAt + 16), bytes.subarray(macAt + 32)]);
  short.writeUInt16BE(16, macAt - 2);
  const lengthAt = macAt - 2 - 2 - 6 - 13 - 2;
  short.writeUInt16BE(short.readUInt16BE(lengthAt) - 16, lengthAt);
  expect(judge(short)).toMatchObject({ kind: "bad", why: expect.stringContaining("does not fit") });
});

test("believes the server's time in a signed BADTIME, and no time in an unsigned one", () => {
  const other = Buffer.alloc(6);
  other.writeUIntBE(NOW + 900, 0, 6);
  const stamp = { seconds: NOW, error: TSIG_ERROR.badTime, other };
  const { bytes } = signMessage(replyOf(), key, stamp, requestMac);
  expect(judge(bytes)).toEqual({ kind: "good", error: TSIG_ERROR.badTime, serverSeconds: NOW + 900 });
  const forged = signMessage(replyOf(), { ...key, secret: Buffer.from("?") }, stamp, requestMac).bytes;
  expect(judge(forged).kind).toBe("bad");
});

test("a signature that is not the last record is no signature", () => {
  const { bytes } = signMessage(replyOf(), key, { seconds: NOW }, requestMac);
  const twice = signMessage(bytes, key, { seconds: NOW }, requestMac).bytes;
  expect(() => judge(twice)).toThrow(MalformedMessage);
});

test("signs with longer hashes as well", () => {
  for (const algorithm of ["hmac-sha384", "hmac-sha512"] as const) {
    const longer = { ...key, algorithm };
    const { mac } = signMessage(request, longer, { seconds: NOW });
    const bytes = signMessage(replyOf(), longer, { seconds: NOW }, mac).bytes;
    const received = { bytes, message: decodeMessage(bytes), requestMac: mac, nowSeconds: NOW };
    expect(judgeSignature(received, longer).kind).toBe("good");
    expect(judgeSignature(received, key).kind).toBe("bad");
  }
});
