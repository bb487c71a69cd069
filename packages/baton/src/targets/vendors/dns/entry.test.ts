// What is read from a name, and what exactly is asked for to change it.
import { expect, test } from "vitest";
import type { Change } from "../../target.ts";
import { type Entry, readingOf, updateTo } from "./entry.ts";
import { CLASS, type DnsRecord, TYPE } from "./message.ts";
import { addressValue, noteIn, textIn, textValue } from "./values.ts";

const NAME = "redis.dr.test";
const change: Change = {
  group: "main",
  endpoint: { address: "10.9.0.2", port: 6379 },
  epoch: 9,
  from: undefined,
  role: "leader",
};
const record = (type: number, data: Buffer, ttl = 5): DnsRecord => ({
  name: NAME,
  type,
  class: CLASS.IN,
  ttl,
  data,
});
const addressOf = (address: string) => {
  const { type, data } = addressValue(address);
  return record(type, data);
};
const textOf = (text: string, ttl?: number) => record(TYPE.TXT, textValue(text), ttl);
const noteOf = (epoch: number, host = 1) =>
  textOf(`v=baton1 group=main epoch=${epoch} address=10.9.0.${host} port=6379`);

function entryOf(addresses: readonly DnsRecord[], texts: readonly DnsRecord[]): Entry {
  const notes = texts.filter(({ data }) => textIn(data).startsWith("v=baton1 "));
  const [note] = notes.flatMap(({ data }) => noteIn(textIn(data)) ?? []);
  return { addresses, texts, notes, note };
}

test("reads one address with its note, and nothing where there is neither", () => {
  expect(readingOf(entryOf([], [textOf("v=spf1 -all")]))).toBeUndefined();
  expect(readingOf(entryOf([addressOf("10.9.0.1")], [noteOf(8)]))).toEqual({
    endpoint: { address: "10.9.0.1", port: 6379 },
    epoch: 8,
    raw: "10.9.0.1 (epoch 8, port 6379)",
  });
});

test("what is neither nothing nor one place leads to nobody, so that it is mended", () => {
  const nobody = { address: "0.0.0.0", port: 0 };
  const [one, two, six] = ["10.9.0.1", "10.9.0.2", "fd00::1"].map(addressOf);
  const found = (addresses: readonly (DnsRecord | undefined)[], ...texts: readonly DnsRecord[]) =>
    readingOf(
      entryOf(
        addresses.filter((address) => address !== undefined),
        texts,
      ),
    );
  expect(found([one, two], noteOf(8))?.endpoint).toEqual(nobody);
  expect(found([one, six], noteOf(8))?.endpoint).toEqual(nobody);
  expect(found([one], noteOf(8), noteOf(7))).toMatchObject({ endpoint: nobody, epoch: 8 });
  expect(found([], noteOf(8))).toMatchObject({ endpoint: nobody, epoch: 8 });
  expect(found([one])).toMatchObject({ endpoint: nobody, raw: "10.9.0.1 (no note)" });
});

test("asks that the texts are those that were read, and replaces address and note at once", () => {
  const spf = textOf("v=spf1 -all", 300);
  const update = updateTo(entryOf([addressOf("10.9.0.1")], [spf, noteOf(8)]), NAME, 5, change);
  expect(update?.prerequisites).toEqual([
    { ...spf, ttl: 0 },
    { ...noteOf(8), ttl: 0 },
  ]);
  expect(update?.changes).toEqual([
    { name: NAME, type: TYPE.A, class: CLASS.ANY, ttl: 0, data: Buffer.alloc(0) },
    { ...noteOf(8), class: CLASS.NONE, ttl: 0 },
    addressOf("10.9.0.2"),
    // The other text's time to live, which all texts of the name share.
    textOf("v=baton1 group=main epoch=9 address=10.9.0.2 port=6379", 300),
  ]);
});

test("asks that there is no text where there was none, and for no right that it does not need", () => {
  const { prerequisites = [], changes = [] } = updateTo(entryOf([], []), NAME, 5, change) ?? {};
  expect(prerequisites).toEqual([
    { name: NAME, type: TYPE.TXT, class: CLASS.NONE, ttl: 0, data: Buffer.alloc(0) },
  ]);
  expect(changes.map(({ type, class: own }) => [type, own])).toEqual([
    [TYPE.A, CLASS.IN],
    [TYPE.TXT, CLASS.IN],
  ]);
});

test("changes the family of the address with the address", () => {
  const endpoint = { address: "fd00::2", port: 6379 };
  const entry = entryOf([addressOf("10.9.0.1")], [noteOf(8)]);
  const { changes = [] } = updateTo(entry, NAME, 5, { ...change, endpoint }) ?? {};
  expect(changes.map(({ type, class: own }) => [type, own])).toEqual([
    [TYPE.A, CLASS.ANY],
    [TYPE.TXT, CLASS.NONE],
    [TYPE.AAAA, CLASS.IN],
    [TYPE.TXT, CLASS.IN],
  ]);
});

test("changes nothing that is right, and nothing that is newer", () => {
  const right = entryOf([addressOf("10.9.0.2")], [noteOf(9, 2)]);
  expect(updateTo(right, NAME, 5, change)).toBeUndefined();
  const newer = entryOf([addressOf("10.9.0.3")], [noteOf(10, 3)]);
  const message = "holds epoch 10 (10.9.0.3:6379), and 9 is older";
  expect(() => updateTo(newer, NAME, 5, change)).toThrow(message);
});
