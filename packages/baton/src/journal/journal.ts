// What was seen, decided and done, one JSON line each: on disk for later, the newest in memory for
// those who look now.
import { appendFileSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { dirname } from "node:path";
import type { Clock } from "../sys/clock.ts";
import { type JournalEntry, parseEntry } from "./entry.ts";

export type { EntryKind, JournalEntry } from "./entry.ts";

export interface Journal {
  /** @returns the entry as it was written, with its id. */
  write(entry: Pick<JournalEntry, "kind" | "group" | "sentence" | "facts">): JournalEntry;
  /** The newest entries, oldest first. */
  latest(limit: number): readonly JournalEntry[];
  /** Entries in memory that are newer than that id, oldest first: at most 2000. */
  after(id: number): readonly JournalEntry[];
  /** Calls with every entry from now on, in the order of writing; returns how to end that. */
  subscribe(listener: (entry: JournalEntry) => void): () => void;
}

const MEMORY_ENTRIES = 2_000;
const FILE_BYTES = 8 << 20;
/** Facts are free; what would make a line longer than this is left out, and the entry says so. */
const LINE_BYTES = 64 << 10;

/**
 * Writes synchronously: an entry must be on its way to the disk before the deed it announces. A disk
 * that refuses never stops a failover: the entry stays in memory and `onTrouble` hears about it once.
 * On disk are at most two files of 8 MiB, `path` and the older `path.1`.
 */
export function openJournal(path: string, clock: Clock, onTrouble: (error: Error) => void): Journal {
  const entries: JournalEntry[] = [];
  const listeners = new Set<(entry: JournalEntry) => void>();
  const found = lookAt(path);
  let { bytes, isTorn } = found;
  let lastId = found.lastId > 0 ? found.lastId : lookAt(`${path}.1`).lastId;
  let isTroubled = false;

  function append(line: string): void {
    // A crash or a full disk may have left half a line: the next entry must not become its other half.
    const text = isTorn ? `\n${line}` : line;
    const length = Buffer.byteLength(text);
    try {
      if (bytes + length > FILE_BYTES) {
        renameSync(path, `${path}.1`);
        bytes = 0;
      }
      appendFileSync(path, text, { mode: 0o600 });
      bytes += length;
      isTorn = false;
      isTroubled = false;
    } catch (error) {
      isTorn = true;
      if (!isTroubled) onTrouble(error as Error);
      isTroubled = true;
    }
  }

  return {
    write(fields) {
      lastId += 1;
      const at = new Date(clock.wallMs()).toISOString();
      const entry = bounded({ id: lastId, at, monotonicMs: clock.monotonicMs(), ...fields });
      entries.push(entry);
      if (entries.length > MEMORY_ENTRIES) entries.shift();
      append(`${JSON.stringify(entry)}\n`);
      for (const listener of listeners) listener(entry);
      return entry;
    },
    latest: (limit) => entries.slice(-limit),
    // Ids in memory have no gaps.
    after: (id) => (id >= lastId ? [] : entries.slice(Math.max(0, entries.length - (lastId - id)))),
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

function bounded(entry: JournalEntry): JournalEntry {
  if (Buffer.byteLength(JSON.stringify(entry)) < LINE_BYTES) return entry;
  const { facts: _tooLong, ...rest } = entry;
  const sentence = `${entry.sentence.slice(0, 1_000)} (shortened: longer than ${LINE_BYTES} bytes)`;
  return { ...rest, sentence };
}

interface Found {
  readonly bytes: number;
  /** The file does not end with the end of a line. */
  readonly isTorn: boolean;
  /** Of the last whole entry; 0 when there is none. */
  readonly lastId: number;
}

function lookAt(path: string): Found {
  let text: string;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    text = readFileSync(path, "utf8");
  } catch {
    // No file yet, or a disk in trouble: the first append tells.
    return { bytes: 0, isTorn: false, lastId: 0 };
  }
  const lines = text.split("\n");
  const isTorn = lines.at(-1) !== "" && text !== "";
  // From the end: but for damage the first line that is looked at is the one.
  for (const line of lines.toReversed()) {
    const entry = parseEntry(line);
    if (entry !== undefined) return { bytes: Buffer.byteLength(text), isTorn, lastId: entry.id };
  }
  return { bytes: Buffer.byteLength(text), isTorn, lastId: 0 };
}
