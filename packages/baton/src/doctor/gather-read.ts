// Reads one file into a text, whatever it turns out to be: never a device, never more than the bound.
import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from "node:fs";
import type { FileState } from "./facts.ts";
import { type Candidate, NO_FILE, reasonOf } from "./gather-walk.ts";
import type { SourceText } from "./sources.ts";

export interface ReadText {
  readonly source: SourceText;
  /** Device and inode: the same for a file and a link to it. */
  readonly identity: string;
  /** The bytes were no UTF-8, and those that are none became U+FFFD. */
  readonly isLossy: boolean;
}

export type Outcome = ReadText | { readonly reason: string };

const strict = new TextDecoder("utf-8", { fatal: true });
const lenient = new TextDecoder("utf-8");

/** Never throws for what the file system says. `bytesMax`: what is larger is not read. */
export function readCandidate(candidate: Candidate, bytesMax: number): Outcome {
  try {
    // Looked at before it is opened: whoever opens a pipe or a tape has done something to it already.
    const state = statSync(candidate.path);
    if (!state.isFile()) return { reason: state.isDirectory() ? "is a link to a folder" : NO_FILE };
    if (state.size > bytesMax) return tooLarge(state.size, bytesMax);
    // The kernel's own files say 0, too, and some of them never end.
    const bytes = state.size === 0 ? Buffer.alloc(0) : readBytes(candidate.path, state);
    if (bytes === undefined) return { reason: "changed while it was read" };
    if (bytes.includes(0)) return { reason: "is binary" };
    return { ...decoded(bytes, candidate, state), identity: `${state.dev}:${state.ino}` };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return { reason: reasonOf(code) };
  }
}

function tooLarge(size: number, bytesMax: number): Outcome {
  return { reason: `is ${size} bytes large, and files of at most ${bytesMax} bytes are read` };
}

/** Undefined when it is another file by now, or has grown. */
function readBytes(path: string, seen: Stats): Buffer | undefined {
  // Were it replaced by a pipe just now, opening it would wait for a writer without O_NONBLOCK.
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const { dev, ino } = fstatSync(descriptor);
    if (dev !== seen.dev || ino !== seen.ino) return undefined;
    const buffer = Buffer.allocUnsafe(seen.size + 1);
    const length = fill(descriptor, buffer);
    return length > seen.size ? undefined : buffer.subarray(0, length);
  } finally {
    closeSync(descriptor);
  }
}

function fill(descriptor: number, buffer: Buffer): number {
  let length = 0;
  while (length < buffer.length) {
    const bytesRead = readSync(descriptor, buffer, length, buffer.length - length, null);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return length;
}

function decoded(
  bytes: Buffer,
  { path, isSymlink }: Candidate,
  stats: Stats,
): Omit<ReadText, "identity"> {
  const state: FileState = { mode: stats.mode & 0o7777, uid: stats.uid, gid: stats.gid, isSymlink };
  try {
    return { source: { path, text: strict.decode(bytes), state }, isLossy: false };
  } catch (error) {
    // What Redis takes as bytes need not be UTF-8; a password in Latin-1 must not hide the rest of a file.
    if (!(error instanceof TypeError)) throw error;
    return { source: { path, text: lenient.decode(bytes), state }, isLossy: true };
  }
}
