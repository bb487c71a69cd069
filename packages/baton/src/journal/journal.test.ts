import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { systemClock } from "../sys/clock.ts";
import { type JournalEntry, openJournal } from "./journal.ts";
import { readJournal } from "./read.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "baton-journal-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});
const never = (error: Error) => expect.fail(error.message);
const open = (path: string) => openJournal(path, systemClock, never);
const note = (sentence: string) => ({ kind: "note", group: "main", sentence }) as const;

async function read(path: string): Promise<readonly JournalEntry[]> {
  const entries: JournalEntry[] = [];
  for await (const entry of readJournal(path)) entries.push(entry);
  return entries;
}

test("an entry is on disk as one line of JSON, and in memory, in the order of writing", async () => {
  const path = join(folder, "deep/journal.jsonl");
  const journal = open(path);
  journal.write({ kind: "decision", group: "main", sentence: "first", facts: { epoch: 7 } });
  journal.write({ kind: "done", group: "main", sentence: "second" });
  const lines = readFileSync(path, "utf8").trim().split("\n");
  expect(lines.map((line) => JSON.parse(line))).toEqual(journal.latest(10));
  expect(await read(path)).toEqual(journal.latest(10));
  expect(journal.latest(1)).toMatchObject([{ id: 2, sentence: "second", kind: "done" }]);
  expect(statSync(path).mode & 0o077).toBe(0);
});

test("ids go on where they were after a restart, also when the file has just moved aside", async () => {
  const path = join(folder, "journal.jsonl");
  const first = open(path);
  for (const sentence of ["one", "two"]) first.write(note(sentence));
  expect(open(path).write(note("three")).id).toBe(3);
  writeFileSync(`${path}.1`, readFileSync(path));
  rmSync(path);
  expect(open(path).write(note("four")).id).toBe(4);
  expect((await read(path)).map(({ id }) => id)).toEqual([1, 2, 3, 4]);
});

test("a line that a crash has torn costs that line and no other", async () => {
  const path = join(folder, "journal.jsonl");
  const before = open(path);
  for (const sentence of ["one", "two"]) before.write(note(sentence));
  truncateSync(path, statSync(path).size - 20);
  open(path).write(note("after the crash"));
  expect((await read(path)).map(({ id, sentence }) => [id, sentence])).toEqual([
    [1, "one"],
    [2, "after the crash"],
  ]);
});

test("damage and foreign lines are left out, whatever they are", async () => {
  const path = join(folder, "journal.jsonl");
  open(path).write(note("one"));
  const foreign = ["{}", "null", "[1]", '{"id":0}', '{"id":9,"at":"x"}', "\u0000\u0001", ""];
  appendFileSync(path, `${foreign.join("\n")}\n${"x".repeat(3 << 20)}`);
  open(path).write(note("two"));
  expect((await read(path)).map(({ sentence }) => sentence)).toEqual(["one", "two"]);
});

test("no journal reads as an empty one, and an unreadable one is an error with its path", async () => {
  expect(await read(join(folder, "journal.jsonl"))).toEqual([]);
  await expect(read(folder)).rejects.toMatchObject({
    code: "DISK",
    message: expect.stringContaining(folder),
  });
});

test("the files have a limit: a full one moves aside, one old one is kept, and both are read", async () => {
  const path = join(folder, "journal.jsonl");
  const journal = open(path);
  const facts = { padding: "x".repeat(60_000) };
  for (let index = 0; index < 300; index += 1) journal.write({ ...note(String(index)), facts });
  const sizes = [statSync(path).size, statSync(`${path}.1`).size];
  expect(Math.max(...sizes)).toBeLessThanOrEqual(8 << 20);
  const ids = (await read(path)).map(({ id }) => id);
  expect(ids.at(-1)).toBe(300);
  expect(ids).toEqual(Array.from({ length: ids.length }, (_none, index) => 301 - ids.length + index));
});

test("facts too long for a line are left out, and the entry says so", () => {
  const path = join(folder, "journal.jsonl");
  const journal = open(path);
  journal.write({ ...note("much"), facts: { reply: "x".repeat(1 << 20) } });
  expect(statSync(path).size).toBeLessThan(2_000);
  expect(journal.latest(1)[0]?.sentence).toBe("much (shortened: longer than 65536 bytes)");
});

test("a disk that refuses is told once, and the entries stay in memory", () => {
  const troubles: string[] = [];
  writeFileSync(join(folder, "file"), "");
  const journal = openJournal(join(folder, "file/journal.jsonl"), systemClock, ({ message }) =>
    troubles.push(message),
  );
  for (const sentence of ["one", "two"]) journal.write(note(sentence));
  expect(troubles).toHaveLength(1);
  expect(journal.latest(10)).toHaveLength(2);
});

test("memory has a limit", () => {
  const journal = open(join(folder, "journal.jsonl"));
  for (let index = 0; index < 2_100; index += 1) journal.write(note(String(index)));
  expect(journal.latest(5_000)).toHaveLength(2_000);
  expect(journal.latest(5_000)[0]?.sentence).toBe("100");
  expect(journal.after(1)).toHaveLength(2_000);
  expect(journal.after(2_098).map(({ id }) => id)).toEqual([2_099, 2_100]);
  expect(journal.after(2_100)).toEqual([]);
});

test("a listener hears every entry until it leaves", () => {
  const journal = open(join(folder, "journal.jsonl"));
  const heard: number[] = [];
  const leave = journal.subscribe(({ id }) => heard.push(id));
  journal.write(note("one"));
  leave();
  journal.write(note("two"));
  expect(heard).toEqual([1]);
});
