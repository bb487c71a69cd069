// Reading and writing files so that a full disk, a missing folder or a crash in the middle leave
// what was there before.
import { constants } from "node:fs";
import { link, mkdir, open, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { BatonError } from "../errors.ts";

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? "unknown error";

/** What the system's error means, for people. */
export function diskReason(error: unknown): string {
  const code = codeOf(error);
  const sentence: Record<string, string> = {
    ENOSPC: "no space left on the disk",
    EDQUOT: "the disk quota is used up",
    EROFS: "the file system is read-only",
    EACCES: "permission denied",
    ENOENT: "no such file or folder",
    ENOTDIR: "what stands in front of a / is no folder",
    ELOOP: "a symbolic link leads back to itself",
    ENAMETOOLONG: "a name is too long",
  };
  return sentence[code] ?? code;
}

function diskError(error: unknown, path: string): BatonError {
  return new BatonError("DISK", `${path}: ${diskReason(error)}`, {
    cause: error,
    details: { path, code: codeOf(error) },
  });
}

/** Whose a file is to be. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** @throws BatonError DISK */
export async function ownerOf(path: string): Promise<Owner> {
  try {
    const { uid, gid } = await stat(path);
    return { uid, gid };
  } catch (error) {
    throw diskError(error, path);
  }
}

/**
 * Writes a whole file by a temporary neighbour, fsync and rename. Creates the folder (0700). Only root can
 * give a file to another owner.
 * @throws BatonError DISK
 */
export async function writeFileAtomic(
  path: string,
  text: string | Uint8Array,
  mode = 0o600,
  owner?: Owner,
): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const handle = await open(
      temporary,
      constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC,
      mode,
    );
    try {
      await handle.writeFile(text);
      if (owner !== undefined) await handle.chown(owner.uid, owner.gid);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw diskError(error, path);
  }
}

/**
 * Writes a file that is not there yet, whole or not at all.
 * @returns false when there is something of that name, which is left alone. @throws BatonError DISK
 */
export async function writeNewFile(path: string, text: string, mode = 0o600): Promise<boolean> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await writeFileAtomic(temporary, text, mode);
    // Unlike a rename, a link never takes the place of what is there.
    await link(temporary, path);
    return true;
  } catch (error) {
    if (error instanceof BatonError) throw error;
    if (codeOf(error) === "EEXIST") return false;
    throw diskError(error, path);
  } finally {
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}

/** Reads a text file of at most `limitBytes` (default 1 MiB). @throws BatonError DISK */
export async function readTextFile(path: string, limitBytes = 1 << 20): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size > limitBytes) {
      throw new BatonError("DISK", `${path}: ${size} bytes, and at most ${limitBytes} are read`, {
        details: { path, size },
      });
    }
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof BatonError) throw error;
    throw diskError(error, path);
  }
}

/** The text, or undefined when there is no such file. @throws BatonError DISK for anything else */
export async function readTextFileIfThere(
  path: string,
  limitBytes?: number,
): Promise<string | undefined> {
  try {
    return await readTextFile(path, limitBytes);
  } catch (error) {
    if (error instanceof BatonError && error.details["code"] === "ENOENT") return undefined;
    throw error;
  }
}
