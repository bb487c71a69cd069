// The end of a log file, whatever its size.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { logTail } from "./logs.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "logs-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

test.each([
  ["", []],
  ["one\n", ["one"]],
  ["one\ntwo\nthree", ["two", "three"]],
  ["one\n\n", ["one", ""]],
])("the last two lines of %j are %j", async (text, lines) => {
  writeFileSync(join(folder, "log"), text);
  expect(await logTail(join(folder, "log"), 2)).toEqual(lines);
});

test("a file that is not there has no lines", async () => {
  expect(await logTail(join(folder, "absent"), 2)).toEqual([]);
});

test("of a huge file only the end is read, and no half line is shown", async () => {
  writeFileSync(join(folder, "log"), `${"x".repeat(2 << 20)}\nlast\n`);
  expect(await logTail(join(folder, "log"), 5)).toEqual(["last"]);
});
