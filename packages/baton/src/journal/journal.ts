// What was seen, decided and done, one JSON line each: on disk for later, the newest in memory for
// those who look now.
import { appendFileSync, mkdirSync, renameSync, statSync } from "node:fs";
import { dirname } from "node:path";
import type { Clock } from "../sys/clock.ts";

export interface JournalEntry {
  /** UTC, ISO 8601, milliseconds. */
  readonly at: string;
  /** Monotonic milliseconds of the machine, to compare with other processes on it. */
  readonly monotonicMs: number;
  readonly kind: "decision" | "event" | "done" | "failed" | "note";
  readonly group: string;
  readonly sentence: string;
  readonly facts?: Readonly<Record<string, unknown>>;
}

export interface Journal {
  write(entry: Pick<JournalEntry, "kind" | "group" | "sentence" | "facts">): void;
  /** The newest entries, oldest first. */
  latest(limit: number): readonly JournalEntry[];
}

const MEMORY_ENTRIES = 2_000;
const FILE_BYTES = 8 << 20;

/**
 * Writes synchronously: an entry must be on its way to the disk before the deed it announces. A
 * disk that refuses
 * never stops a failover: the entry stays in memory and `onTrouble` hears about it once.
 */
export function openJournal(path: string, clock: Clock, onTrouble: (error: Error) => void): Journal {
  const entries: JournalEntry[] = [];
  let bytes = sizeOf(path);
  let isTroubled = false;

  function append(line: string): void {
    try {
      if (bytes + line.length > FILE_BYTES) {
        renameSync(path, `${path}.1`);
        bytes = 0;
      }
      appendFileSync(path, line, { mode: 0o600 });
      bytes += line.length;
      isTroubled = false;
    } catch (error) {
      if (!isTroubled) onTrouble(error as Error);
      isTroubled = true;
    }
  }

  return {
    write(fields) {
      const entry = {
        at: new Date(clock.wallMs()).toISOString(),
        monotonicMs: clock.monotonicMs(),
        ...fields,
      };
      entries.push(entry);
      if (entries.length > MEMORY_ENTRIES) entries.shift();
      append(`${JSON.stringify(entry)}\n`);
    },
    latest: (limit) => entries.slice(-limit),
  };
}

function sizeOf(path: string): number {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    return statSync(path).size;
  } catch {
    // No file yet, or a disk in trouble: the first append tells.
    return 0;
  }
}
