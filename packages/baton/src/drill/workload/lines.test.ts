// Promises of the line protocol's reader.
import { expect, test } from "vitest";
import { LINE_BYTES_MAX, lineSplitter, parseLine } from "./lines.ts";

const bytes = (text: string) => Buffer.from(text);

function split(chunks: readonly (string | Uint8Array)[]) {
  const lines: string[] = [];
  let tooLong = 0;
  const take = lineSplitter(
    (line) => lines.push(Buffer.from(line).toString()),
    () => {
      tooLong += 1;
    },
  );
  for (const chunk of chunks) take(typeof chunk === "string" ? bytes(chunk) : chunk);
  return { lines, tooLong };
}

test("cuts lines wherever the chunks end", () => {
  const text = "one\n\ntwö\nthree\nrest";
  const whole = split([text]);
  expect(whole).toEqual({ lines: ["one", "", "twö", "three"], tooLong: 0 });
  expect(split(Array.from(bytes(text), (byte) => Uint8Array.of(byte)))).toEqual(whole);
  expect(split(["on", "e\n\ntwö\nthr", "ee", "\n"])).toEqual(whole);
});

test("takes a line of the greatest length, and gives up at one byte more, once", () => {
  const longest = "x".repeat(LINE_BYTES_MAX);
  expect(split([longest.slice(7), `${longest.slice(0, 7)}\nnext\n`]).lines).toEqual([longest, "next"]);
  expect(split(["one\n", longest, "x", "x\ntwo\n"])).toEqual({ lines: ["one"], tooLong: 1 });
});

test("ignores keys that it does not know, and refuses what the protocol does not", () => {
  expect(parseLine(bytes('{"kind":"done","id":3,"later":true}'))).toEqual({ kind: "done", id: 3 });
  for (const line of [
    "",
    "done",
    '{"kind":"done"}',
    '{"kind":"done","id":"3"}',
    '{"kind":"done","id":-1}',
    '{"kind":"not-done","id":3}',
    '{"kind":"unknown","id":3,"error":""}',
    '{"kind":"write","id":3}',
    '{"kind":"ready"}',
  ])
    expect(parseLine(bytes(line)), line).toBeUndefined();
});
