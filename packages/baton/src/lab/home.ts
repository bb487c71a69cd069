// Where labs live on this machine: the folder of all labs, and the places inside one lab's folder.
import { lstat, mkdir, rmdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { BatonError } from "../errors.ts";
import { SOCKET_PATH_BYTES_MAX } from "../sys/unix-http.ts";

export const DEFAULT_LAB = "lab";

export const isName = (name: string): boolean => /^[A-Za-z0-9][A-Za-z0-9-]{0,39}$/.test(name);

/** BATON_HOME, or a folder of this user in the temporary one. Absolute: it stands on command lines. */
export function labHome(environment: NodeJS.ProcessEnv): string {
  const asked = environment["BATON_HOME"];
  if (asked !== undefined && asked !== "") return resolve(asked);
  return join(tmpdir(), `baton-${process.getuid?.() ?? 0}`);
}

export const labsFolder = (home: string): string => join(home, "labs");

export interface LabPaths {
  readonly directory: string;
  /** Everything needed to find and to clean the lab. */
  readonly record: string;
  readonly clusterFile: string;
  readonly secrets: string;
  /** Certificates, where the cluster file asks for TLS. */
  readonly tls: string;
  /** The owner's control socket. */
  readonly socket: string;
  /** What a detached owner says. */
  readonly ownerLog: string;
}

export function pathsIn(directory: string): LabPaths {
  return {
    directory,
    record: join(directory, "lab.json"),
    clusterFile: join(directory, "cluster.yml"),
    secrets: join(directory, "secrets"),
    tls: join(directory, "tls"),
    socket: join(directory, "owner.sock"),
    ownerLog: join(directory, "owner.log"),
  };
}

/** Names that a lab's folder uses itself, where each host has a folder too. */
export const RESERVED_FOLDERS: readonly string[] = ["secrets", "tls"];

/** @throws BatonError USAGE for what cannot be a name, or makes the control socket's path too long. */
export function labPaths(home: string, name: string): LabPaths {
  if (!isName(name)) {
    const expected = "1 to 40 letters, digits and dashes, beginning with a letter or digit";
    throw new BatonError(
      "USAGE",
      `${JSON.stringify(name)} cannot be a lab's name: expected ${expected}`,
    );
  }
  const paths = pathsIn(join(labsFolder(home), name));
  const bytes = Buffer.byteLength(paths.socket);
  if (bytes > SOCKET_PATH_BYTES_MAX) {
    const limit = `a unix socket's path may have ${SOCKET_PATH_BYTES_MAX}`;
    const advice = "choose a shorter --name or set BATON_HOME to a shorter path";
    throw new BatonError("USAGE", `${paths.socket} is ${bytes} bytes long, and ${limit}: ${advice}`);
  }
  return paths;
}

/**
 * Makes the folder of all labs (0700). Refuses one that another user could exchange: the default lies
 * where everybody may create names, and labs hold passwords.
 */
export async function makeHome(home: string): Promise<void> {
  const labs = labsFolder(home);
  try {
    await mkdir(labs, { recursive: true, mode: 0o700 });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new BatonError("DISK", `${labs}: the folder cannot be made (${code})`, { cause: error });
  }
  for (const folder of home === labHome({}) ? [home, labs] : [labs]) {
    const found = await lstat(folder);
    if (found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o022) === 0) continue;
    const kind = found.isDirectory() ? "a folder" : "no folder";
    const facts = `${kind} of user ${found.uid} with mode ${(found.mode & 0o777).toString(8)}`;
    const expected = "must be a folder of this user that nobody else may write to";
    throw new BatonError("UNABLE", `${folder} ${expected}; it is ${facts}`);
  }
}

/** Removes what makeHome made, once it is empty; but not a BATON_HOME, which somebody chose. */
export async function removeEmptyHome(home: string): Promise<void> {
  const own = home === labHome({}) ? [labsFolder(home), home] : [labsFolder(home)];
  for (const folder of own) {
    try {
      await rmdir(folder);
    } catch {
      // Not empty: another lab lives there.
      return;
    }
  }
}
