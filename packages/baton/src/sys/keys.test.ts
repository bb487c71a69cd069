// The bytes that terminals send for a key, through Node's decoder, as one word each.
import { once } from "node:events";
import { emitKeypressEvents } from "node:readline";
import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { type Key, keyOf, type Press } from "./keys.ts";

async function keysFrom(bytes: string): Promise<readonly (string | undefined)[]> {
  const input = new PassThrough();
  emitKeypressEvents(input);
  const heard: (Key | undefined)[] = [];
  input.on("keypress", (text: string | undefined, press: Press) => void heard.push(keyOf(text, press)));
  input.end(bytes);
  await once(input, "end");
  return heard.map((key) => (key?.kind === "text" ? `'${key.text}'` : key?.name));
}

test("letters are themselves, keys have names", async () => {
  expect(await keysFrom("jK/ é火")).toEqual(["'j'", "'K'", "'/'", "' '", "'é'", "'火'"]);
  expect(await keysFrom("\r\n\u007f\b")).toEqual(["enter", "enter", "backspace", "backspace"]);
  expect(await keysFrom("\u0003\u001a\u000c")).toEqual(["interrupt", "suspend", "redraw"]);
});

test("arrows and pages in the spellings of xterm, its application mode, the console and rxvt", async () => {
  expect(await keysFrom("\u001b[A\u001b[B\u001bOA\u001bOB")).toEqual(["up", "down", "up", "down"]);
  expect(await keysFrom("\u001b[5~\u001b[6~")).toEqual(["pageup", "pagedown"]);
  expect(await keysFrom("\u001b[H\u001b[F\u001b[1~\u001b[4~\u001b[7~\u001b[8~")).toEqual([
    "home",
    "end",
    "home",
    "end",
    "home",
    "end",
  ]);
});

test("what means nothing here is no key: other control characters, Alt, F5, bidi marks", async () => {
  const heard = await keysFrom("\u0001\u001bx\u001b[15~\u202e\u00ad");
  expect(heard.filter((key) => key !== undefined)).toEqual([]);
});
