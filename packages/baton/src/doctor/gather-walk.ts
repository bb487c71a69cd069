// Finds the files below a few paths, in a fixed order, within bounds, and without following links to folders.
import { type Dirent, lstatSync, opendirSync, statSync } from "node:fs";
import { join, normalize, resolve } from "node:path";
import { setImmediate } from "node:timers/promises";
import type { Clock } from "../sys/clock.ts";
import type { SkippedFile } from "./sources.ts";

export interface Bounds {
  /** Largest file that is read. No configuration of a person is as large. */
  readonly fileBytes: number;
  /** Of all texts that are kept: what the parsers make of them is several times as large. */
  readonly totalBytes: number;
  /** Heaviest file that is kept, see weight.ts. */
  readonly fileWeight: number;
  /** Of all that are kept: about 200 bytes of memory for each. */
  readonly totalWeight: number;
  /** Files that are looked at. */
  readonly files: number;
  /** Folders below folders. */
  readonly depth: number;
  /** Time for the whole search. */
  readonly withinMs: number;
}

export const BOUNDS: Bounds = {
  fileBytes: 2 << 20,
  totalBytes: 64 << 20,
  fileWeight: 200_000,
  totalWeight: 2_000_000,
  files: 20_000,
  depth: 32,
  withinMs: 30_000,
};

/** Most likely the configuration itself, which holds passwords: not reading it is no small thing. */
const FORBIDDEN = "cannot be read: permission denied";

/** Reasons are kept for so many files; the rest is counted. */
const REASONS_MAX = 1_000;

/** Files and folders that are read in one go; an interrupt is heard after them. */
const BREATH = 32;

export interface SearchOptions {
  readonly bounds: Bounds;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** What one search has left of its bounds, and what it passed over. */
export class Search {
  readonly bounds: Bounds;
  /** Why a bound ended it, so that files were not even seen. */
  cut: string | undefined;
  /** Those that somebody wanted to be read. */
  readonly unread: SkippedFile[] = [];
  private readonly reasons: SkippedFile[] = [];
  private unnamed = 0;
  private sinceBreath = 0;
  private readonly options: SearchOptions;
  private readonly endMs: number;

  constructor(options: SearchOptions) {
    this.options = options;
    this.bounds = options.bounds;
    this.endMs = options.clock.monotonicMs() + options.bounds.withinMs;
  }

  /** `isNamed`: it was given by name, so that nobody must believe that it was read. */
  skip(file: string, reason: string, isNamed: boolean): void {
    if ((isNamed || reason === FORBIDDEN) && this.unread.length < REASONS_MAX)
      this.unread.push({ file, reason });
    if (this.reasons.length < REASONS_MAX) this.reasons.push({ file, reason });
    else this.unnamed += 1;
  }

  /** By path; the last one counts those that are not named. */
  skipped(): readonly SkippedFile[] {
    const sorted = this.reasons.toSorted((a, b) => (a.file < b.file ? -1 : 1));
    const rest = { file: "...", reason: `and ${this.unnamed} more files, for reasons like these` };
    return this.unnamed === 0 ? sorted : [...sorted, rest];
  }

  /** False when the time is up. @throws the signal's reason when it is aborted */
  goesOn(): boolean {
    this.options.signal.throwIfAborted();
    if (this.options.clock.monotonicMs() <= this.endMs) return true;
    this.end(`the search took longer than ${this.bounds.withinMs / 1000} s`);
    return false;
  }

  end(reason: string): void {
    this.cut ??= reason;
  }

  /**
   * The system is asked synchronously, as a thousand small files take a tenth of the time that way; who
   * interrupts it, or waits for a timer, gets a turn here.
   */
  async breathe(): Promise<void> {
    this.sinceBreath = (this.sinceBreath + 1) % BREATH;
    if (this.sinceBreath === 0) await setImmediate();
  }
}

export interface Candidate {
  /** As it is shown to people: the path that was given, and what lies below it. */
  readonly path: string;
  /** Given by name, so that it must not be passed over in silence. */
  readonly isNamed: boolean;
  readonly isSymlink: boolean;
}

/** Nobody keeps the configuration of a service there, and they are large. */
const PASSED_OVER = new Set([".git", ".hg", ".svn", "node_modules", "vendor"]);

type Kind = "file" | "folder" | "link" | "other";

function kindOf(entry: Pick<Dirent, "isFile" | "isDirectory" | "isSymbolicLink">): Kind {
  if (entry.isFile()) return "file";
  if (entry.isDirectory()) return "folder";
  return entry.isSymbolicLink() ? "link" : "other";
}

/** Whoever opens a pipe waits until somebody writes. */
export const NO_FILE = "is a device, socket or pipe, which is never opened";

interface Entry {
  readonly path: string;
  readonly kind: Kind;
}

/** Sorted by name; of a folder with more entries than files are looked at, some. */
function entriesOf(folder: string, isNamed: boolean, search: Search): readonly Entry[] {
  const found: Entry[] = [];
  try {
    for (const entry of namesIn(folder)) {
      if (!search.goesOn()) break;
      if (entry.isDirectory() && PASSED_OVER.has(entry.name)) continue;
      found.push({ path: join(folder, entry.name), kind: kindOf(entry) });
      if (found.length <= search.bounds.files) continue;
      // Not only the rest of them is not seen, but also what may lie below: nobody must believe that it was.
      search.skip(
        folder,
        `holds more than ${search.bounds.files} entries, and some were left out`,
        true,
      );
      break;
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    search.skip(folder, reasonOf(code), isNamed);
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** One after the other: a folder may hold more than anybody wants to have in memory. */
function* namesIn(folder: string): Iterable<Dirent> {
  const opened = opendirSync(folder, { bufferSize: 256 });
  try {
    for (let entry = opened.readSync(); entry !== null; entry = opened.readSync()) yield entry;
  } finally {
    opened.closeSync();
  }
}

/** Why a file or folder could not be read, as a clause. */
export function reasonOf(code: string): string {
  const known: Readonly<Record<string, string>> = {
    EACCES: FORBIDDEN,
    EPERM: FORBIDDEN,
    ELOOP: "is a symbolic link that leads back to itself",
    ENOENT: "leads nowhere, or vanished meanwhile",
    ENAMETOOLONG: "has a path that is too long",
  };
  return known[code] ?? `cannot be read: ${code}`;
}

/** All files, each once. Nothing is opened. A path that is not there is the caller's business. */
export async function walk(paths: readonly string[], search: Search): Promise<readonly Candidate[]> {
  const found: Candidate[] = [];
  const given = new Set(paths.map((path) => resolve(path)));
  const known = new Set<string>();
  const filesMax = search.bounds.files;

  async function take({ path, kind }: Entry, depth: number): Promise<void> {
    if (search.cut !== undefined || !search.goesOn() || known.has(resolve(path))) return;
    known.add(resolve(path));
    const isNamed = given.has(resolve(path));
    await search.breathe();
    if (kind === "folder") {
      if (depth > search.bounds.depth) search.skip(path, `is ${depth} folders deep`, isNamed);
      else for (const entry of entriesOf(path, isNamed, search)) await take(entry, depth + 1);
    } else if (kind === "other") search.skip(path, NO_FILE, isNamed);
    else if (found.length >= filesMax) search.end(`there are more than ${filesMax} files`);
    else found.push({ path, isNamed, isSymlink: kind === "link" });
  }

  for (const path of paths) await take({ path: normalize(path), kind: kindOfGiven(path) }, 0);
  return found;
}

/** A link that is given by name to a folder is meant as that folder. */
function kindOfGiven(path: string): Kind {
  const kind = kindOf(lstatSync(path));
  if (kind !== "link") return kind;
  return leadsToFolder(path) ? "folder" : "link";
}

/** What leads nowhere is said when it is read. */
function leadsToFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    return false;
  }
}
