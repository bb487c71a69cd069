// Gives a file that somebody else keeps a new text, whole or not at all, and only where it still says what
// was read; its mode and its owner stay.
import { randomUUID } from "node:crypto";
import { constants, type Stats } from "node:fs";
import { access, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { diskReason } from "./files.ts";

export interface Replacement {
  readonly path: string;
  /** What it has to say, without a byte order mark, which stays. */
  readonly before: string;
  readonly after: string;
}

const MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const { O_RDONLY, O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, W_OK, X_OK } = constants;

interface Present {
  readonly stats: Stats;
  readonly hasMark: boolean;
}

/** Why `replaceFile` would refuse, as a clause; undefined when it would not. Changes nothing. */
export async function obstacleTo({
  path,
  before,
}: Omit<Replacement, "after">): Promise<string | undefined> {
  const found = await look(path, before);
  return typeof found === "string" ? found : undefined;
}

/** Why it was not done, as a clause; undefined when it was. Never throws for what the file system says. */
export async function replaceFile({ path, before, after }: Replacement): Promise<string | undefined> {
  const found = await look(path, before);
  if (typeof found === "string") return found;
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await writeLike(found, temporary, after);
    // What somebody wrote while the new text was on its way must not vanish.
    const again = await look(path, before);
    if (typeof again !== "string" && isSame(again.stats, found.stats)) {
      await rename(temporary, path);
      return undefined;
    }
    await rm(temporary, { force: true });
    return typeof again === "string" ? again : CHANGED;
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    return troubleOf(error);
  }
}

const CHANGED = "has changed since it was read";

function isSame(a: Stats, b: Stats): boolean {
  return a.dev === b.dev && a.ino === b.ino && a.mtimeMs === b.mtimeMs && a.mode === b.mode;
}

/** What is there, or why it is not to be replaced. */
async function look(path: string, before: string): Promise<Present | string> {
  try {
    // A link is not followed, and a pipe not waited for.
    const handle = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    try {
      const stats = await handle.stat();
      const refusal = refusalOf(stats);
      if (refusal !== undefined) return refusal;
      if (stats.size > Buffer.byteLength(before) + MARK.length) return CHANGED;
      const bytes = await handle.readFile();
      const hasMark = bytes.subarray(0, MARK.length).equals(MARK);
      const text = hasMark ? bytes.subarray(MARK.length) : bytes;
      if (!text.equals(Buffer.from(before)))
        return before.includes("\uFFFD") ? "is not valid UTF-8" : CHANGED;
      await access(path, W_OK);
      return (await isWritableFolder(dirname(path))) ? { stats, hasMark } : NO_FOLDER;
    } finally {
      await handle.close();
    }
  } catch (error) {
    return troubleOf(error);
  }
}

const NO_FOLDER = "stands in a folder in which this user may not write";

async function isWritableFolder(folder: string): Promise<boolean> {
  try {
    await access(folder, W_OK | X_OK);
    return true;
  } catch {
    // Whatever the reason is: nothing can be put there.
    return false;
  }
}

function refusalOf(stats: Stats): string | undefined {
  const { mode, nlink, uid, gid } = stats;
  if (!stats.isFile()) return "is no regular file";
  // Root may write it all the same, and somebody has said that nobody should.
  if ((mode & 0o222) === 0) return "is read-only";
  // The other name would keep the old text.
  if (nlink > 1) return "has another name, by a hard link";
  const user = process.geteuid?.() ?? 0;
  const groups = [process.getegid?.() ?? 0, ...(process.getgroups?.() ?? [])];
  if (user !== 0 && (uid !== user || !groups.includes(gid)))
    return "belongs to another user, to whom only root could give the new one";
  return undefined;
}

/** For nobody but us, until it is as the old one was: there may be passwords in it. */
async function writeLike({ stats, hasMark }: Present, path: string, text: string): Promise<void> {
  const handle = await open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  try {
    await handle.writeFile(Buffer.concat([hasMark ? MARK : Buffer.alloc(0), Buffer.from(text)]));
    const own = await handle.stat();
    if (own.uid !== stats.uid || own.gid !== stats.gid) await handle.chown(stats.uid, stats.gid);
    await handle.chmod(stats.mode & 0o7777);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function troubleOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined) throw error;
  if (code === "ELOOP") return "is a symbolic link";
  if (code === "EACCES" || code === "EPERM") return "may not be written by this user";
  return `cannot be changed: ${diskReason(error)}`;
}
