// Reads a journal back from the disk: both files, oldest first, one line at a time.
import { type FileHandle, open } from "node:fs/promises";
import { BatonError } from "../errors.ts";
import { type JournalEntry, parseEntry } from "./entry.ts";

/** No entry is longer (journal.ts writes at most 64 KiB): what goes on beyond is damage. */
const LINE_CHARACTERS_MAX = 1 << 20;

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, "r");
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    throw new BatonError("DISK", `${path}: ${message}`, { cause });
  }
}

/** Lines of a file with bounded memory; one that has no end is cut in pieces, which are no entries. */
async function* linesOf(file: FileHandle, signal: AbortSignal | undefined): AsyncGenerator<string> {
  let rest = "";
  for await (const chunk of file.createReadStream({ encoding: "utf8", autoClose: false })) {
    signal?.throwIfAborted();
    const lines = `${rest}${String(chunk)}`.split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > LINE_CHARACTERS_MAX) rest = "";
    yield* lines;
  }
  yield rest;
}

/**
 * Every entry of the journal at `path`, oldest first, the rotated file before the present one. Torn and
 * foreign lines are left out: a crash may leave one, and it must not hide the others. Memory is bounded
 * by one line. No journal at all reads as an empty one.
 * @throws BatonError DISK when a file is there and cannot be read; the signal's reason.
 */
export async function* readJournal(path: string, signal?: AbortSignal): AsyncGenerator<JournalEntry> {
  // The present file is opened first: when it moves aside just now, it is read twice, not never.
  const present = await openIfThere(path);
  const files = [await openIfThere(`${path}.1`), present].filter((file) => file !== undefined);
  let lastId = 0;
  try {
    for (const file of files) {
      for await (const line of linesOf(file, signal)) {
        const entry = parseEntry(line);
        if (entry === undefined || entry.id <= lastId) continue;
        lastId = entry.id;
        yield entry;
      }
    }
  } catch (cause) {
    if (!(cause instanceof Error) || !("syscall" in cause)) throw cause;
    throw new BatonError("DISK", `${path}: ${cause.message}`, { cause });
  } finally {
    for (const file of files) await file.close();
  }
}
