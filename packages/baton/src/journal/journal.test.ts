import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { systemClock } from "../sys/clock.ts";
import { openJournal } from "./journal.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "baton-journal-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});
const never = (error: Error) => expect.fail(error.message);

test("an entry is on disk as one line of JSON, and in memory, in the order of writing", () => {
  const path = join(folder, "deep/journal.jsonl");
  const journal = openJournal(path, systemClock, never);
  journal.write({ kind: "decision", group: "main", sentence: "first", facts: { epoch: 7 } });
  journal.write({ kind: "done", group: "main", sentence: "second" });
  const lines = readFileSync(path, "utf8").trim().split("\n");
  expect(lines.map((line) => JSON.parse(line))).toEqual(journal.latest(10));
  expect(journal.latest(1)).toMatchObject([{ sentence: "second", kind: "done" }]);
  expect(statSync(path).mode & 0o077).toBe(0);
});

test("the file has a limit: a full one moves aside, and one old one is kept", () => {
  const path = join(folder, "journal.jsonl");
  writeFileSync(path, "x".repeat((8 << 20) - 10));
  const journal = openJournal(path, systemClock, never);
  journal.write({ kind: "note", group: "main", sentence: "one more" });
  expect(readFileSync(path, "utf8")).toContain("one more");
  expect(statSync(`${path}.1`).size).toBeGreaterThan(8_000_000);
});

test("a disk that refuses is told once, and the entries stay in memory", () => {
  const troubles: string[] = [];
  writeFileSync(join(folder, "file"), "");
  const journal = openJournal(join(folder, "file/journal.jsonl"), systemClock, ({ message }) =>
    troubles.push(message),
  );
  for (const sentence of ["one", "two"]) journal.write({ kind: "note", group: "main", sentence });
  expect(troubles).toHaveLength(1);
  expect(journal.latest(10)).toHaveLength(2);
});

test("memory has a limit", () => {
  const journal = openJournal(join(folder, "journal.jsonl"), systemClock, never);
  for (let index = 0; index < 2_100; index += 1)
    journal.write({ kind: "note", group: "", sentence: String(index) });
  expect(journal.latest(5_000)).toHaveLength(2_000);
  expect(journal.latest(5_000)[0]?.sentence).toBe("100");
});
