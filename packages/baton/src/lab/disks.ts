// Small disks of their own for the nodes of a lab, so that one can be full while the machine's is not.
import { execFile } from "node:child_process";
import { open, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { BatonError } from "../errors.ts";

/** Of memory (tmpfs): a snapshot for the first sync, and the append-only file of some minutes. */
const DISK_BYTES = 32 * 1024 * 1024;
const MOUNT_MS = 10_000;
const CHUNK_BYTES = 64 * 1024;
const BALLAST = "ballast";

const run = promisify(execFile);

/** Call it before anything is in them. @throws BatonError UNABLE where nobody may mount: it takes root. */
export async function mountDisks(folders: readonly string[]): Promise<void> {
  for (const folder of folders) {
    const options = `size=${DISK_BYTES},mode=0700,nosuid,nodev,noexec`;
    try {
      await run("mount", ["-t", "tmpfs", "-o", options, "baton-lab", folder], { timeout: MOUNT_MS });
    } catch (error) {
      const said = (error as { stderr?: string }).stderr?.trim() || String(error);
      const message = `nodes with disks of their own need root, to mount them: ${said}`;
      throw new BatonError("UNABLE", message, { cause: error });
    }
  }
}

/** Blanks and the like are written as octal numbers there. */
const unescaped = (path: string): string =>
  path.replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));

/** Whatever is mounted inside a folder, and nothing else. */
export async function unmountBelow(directory: string): Promise<void> {
  const mounts = await readFile("/proc/self/mounts", "utf8").catch(() => "");
  const points = mounts.split("\n").map((line) => unescaped(line.split(" ")[1] ?? ""));
  for (const point of points.filter((path) => path.startsWith(`${directory}/`)).toReversed())
    await run("umount", [point], { timeout: MOUNT_MS });
}

const isFull = (error: unknown) => (error as NodeJS.ErrnoException).code === "ENOSPC";

/** To the last byte. Only for a folder that is a disk of its own: it would fill the machine's. */
export async function fillDisk(folder: string): Promise<void> {
  const file = await open(join(folder, BALLAST), "a", 0o600);
  try {
    // Smaller and smaller pieces: the last bytes count, an append-only file grows by few.
    for (let bytes = CHUNK_BYTES; bytes >= 1; bytes = Math.floor(bytes / 16)) {
      const piece = Buffer.alloc(bytes);
      for (let written = 0; written < 2 * DISK_BYTES; written += bytes) {
        try {
          await file.write(piece);
        } catch (error) {
          if (!isFull(error)) throw error;
          break;
        }
      }
    }
  } finally {
    await file.close();
  }
}

export async function freeDisk(folder: string): Promise<void> {
  await rm(join(folder, BALLAST), { force: true });
}
