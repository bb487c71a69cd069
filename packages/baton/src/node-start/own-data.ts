// Whether a Redis that is started now would come up with any key: asked of its files, before it runs.
import { open, stat } from "node:fs/promises";
import { join } from "node:path";
import { BatonError } from "../errors.ts";
import { readTextFileIfThere } from "../sys/files.ts";
import { type RedisConfig, wordsOf } from "./redis-config.ts";

/** Enough for every auxiliary field that stands before the first key. */
const HEAD_BYTES = 16 * 1024;
const AUXILIARY = 0xfa;
const END_OF_FILE = 0xff;
const MAGIC_BYTES = 9;

/**
 * Where the string at `at` ends: a length in one, two, five or nine bytes and that many bytes, or an
 * integer of 1, 2 or 4 bytes. Undefined for a compressed one, which no auxiliary field is.
 */
function endOfString(bytes: Buffer, at: number): number | undefined {
  const first = bytes[at] ?? 0;
  switch (first >> 6) {
    case 0:
      return at + 1 + first;
    case 1:
      return at + 2 + (((first & 0x3f) << 8) | (bytes[at + 1] ?? 0));
    case 2:
      return first === 0x80 && at + 5 <= bytes.length ? at + 5 + bytes.readUInt32BE(at + 1) : undefined;
    default:
      return first <= 0xc2 ? at + 1 + 2 ** (first - 0xc0) : undefined;
  }
}

/**
 * A fresh server writes a snapshot without keys at once, so that a file is there means nothing. What is
 * not understood counts as data: the server knows better, and exits when it is broken.
 */
export function snapshotHoldsData(head: Buffer): boolean {
  let at: number | undefined = MAGIC_BYTES;
  while (at !== undefined && head[at] === AUXILIARY) {
    const value = endOfString(head, at + 1);
    at = value === undefined ? undefined : endOfString(head, value);
  }
  return at === undefined || head[at] !== END_OF_FILE;
}

async function fileHoldsData(path: string): Promise<boolean> {
  try {
    const { size } = await stat(path);
    if (size === 0) return false;
    const handle = await open(path, "r");
    try {
      const head = Buffer.alloc(Math.min(size, HEAD_BYTES));
      await handle.read(head, 0, head.length, 0);
      const isSnapshot = /^(REDIS|VALKEY)\d/.test(head.toString("latin1", 0, MAGIC_BYTES));
      return isSnapshot ? snapshotHoldsData(head) : true;
    } finally {
      await handle.close();
    }
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
    if (code === "ENOENT") return false;
    // Not "no data": a disk that cannot be read is not an empty one.
    throw new BatonError("DISK", `${path}: cannot be read (${code})`, { cause });
  }
}

/** What the server would load: with `appendonly yes` never dump.rdb, even where it is alone. */
async function loadedFiles(config: RedisConfig): Promise<readonly string[]> {
  const { dataDirectory, appendOnly, appendDirname, appendFilename, dbFilename } = config;
  if (!appendOnly) return [join(dataDirectory, dbFilename)];
  const folder = join(dataDirectory, appendDirname);
  const manifest = await readTextFileIfThere(join(folder, `${appendFilename}.manifest`));
  // Without a manifest, the single file of Redis 6 is taken over.
  if (manifest === undefined) return [join(dataDirectory, appendFilename)];
  return manifest.split("\n").flatMap((line) => {
    const words = wordsOf(line);
    const named = (name: string) => words[words.indexOf(name) + 1] ?? "";
    // b is the base, i an increment; h is history that waits for its removal.
    return ["b", "i"].includes(named("type")) ? [join(folder, named("file"))] : [];
  });
}

/** @throws BatonError DISK when a file is there and cannot be read. */
export async function hasOwnData(config: RedisConfig): Promise<boolean> {
  for (const path of await loadedFiles(config)) {
    if (await fileHoldsData(path)) return true;
  }
  return false;
}
