import { mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readStartRecord, type StartRecord, writeStartRecord } from "./start-record.ts";

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "bt-"));
  path = join(folder, "run", "redis-server@main.service.json");
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const record: StartRecord = {
  invocation: "0123",
  settings: 'user default on #00\nmaxmemory "1gb"\n',
  certificates: "a b c",
  password: "known to root",
};

test("a record comes back as it was written, and nobody else can read it", async () => {
  await writeStartRecord(path, record);
  expect(await readStartRecord(path)).toEqual(record);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect((await stat(join(folder, "run"))).mode & 0o777).toBe(0o700);
});

test("a new record takes the place of the one of an earlier start", async () => {
  await writeStartRecord(path, record);
  await writeStartRecord(path, { ...record, invocation: "4567" });
  expect((await readStartRecord(path))?.invocation).toBe("4567");
});

test.each([
  ["cut off", '{"invocation":"0123","sett'],
  ["empty", ""],
  ["of another version", JSON.stringify({ ...record, more: 1 })],
  ["incomplete", JSON.stringify({ invocation: "0123" })],
  ["no object", "[]"],
])("a record that is %s is none", async (_, text) => {
  await mkdir(join(folder, "run"));
  await writeFile(path, text);
  expect(await readStartRecord(path)).toBeUndefined();
});

test("where none was written there is none, and one that cannot be read is no missing one", async () => {
  expect(await readStartRecord(path)).toBeUndefined();
  await mkdir(path, { recursive: true });
  await expect(readStartRecord(path)).rejects.toMatchObject({ code: "DISK" });
});
