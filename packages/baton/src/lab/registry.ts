// All labs of this user: which there are, which live, and the cleaning of those whose owner is gone.
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { BatonError } from "../errors.ts";
import { endProcesses, findProcesses, isAlive, type ProcessIdentity } from "../sys/processes.ts";
import { holdName } from "../sys/sockets.ts";
import { missing, seen, waitFor } from "../sys/wait.ts";
import { unmountBelow } from "./disks.ts";
import { isEngineProcess } from "./engine.ts";
import { isName, labsFolder, pathsIn, removeEmptyHome } from "./home.ts";
import { type LabRecord, readRecord } from "./record.ts";

export interface LabEntry {
  readonly name: string;
  readonly directory: string;
  /** Undefined when it was damaged. */
  readonly record: LabRecord | undefined;
  readonly lives: boolean;
}

/**
 * Every lab there is a folder of, in the order of names. Only a folder with a record is one: BATON_HOME
 * may be a place where somebody keeps other things.
 */
export async function listLabs(home: string): Promise<readonly LabEntry[]> {
  const folder = labsFolder(home);
  let names: string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    const message = `${folder}: cannot be read (${String(error)})`;
    throw new BatonError("DISK", message, { cause: error });
  }
  const isLab = (name: string) => isName(name) && existsSync(pathsIn(join(folder, name)).record);
  const entries = names.filter(isLab).sort();
  return await Promise.all(
    entries.map(async (name): Promise<LabEntry> => {
      const directory = join(folder, name);
      const record = await readRecord(directory);
      return { name, directory, record, lives: record !== undefined && isAlive(record.owner) };
    }),
  );
}

/** Runs `work` while nobody else makes or removes a lab in this home; leaves no empty home behind. */
export async function withRegistry<T>(
  home: string,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  const key = createHash("sha256").update(home).digest("hex").slice(0, 32);
  const look = async () => {
    const release = await holdName(`baton-labs-${key}`);
    return release === undefined ? missing("the end of another command") : seen(release);
  };
  const release = await waitFor("other commands that start or remove labs", look, {
    withinMs: 30_000,
    signal,
  });
  try {
    return await work();
  } finally {
    await removeEmptyHome(home);
    await release();
  }
}

/**
 * True for the processes that a lab starts, and for nothing else that merely names its folder: an
 * editor, a `tail`. Redis keeps its command line because its configuration says `set-proc-title no`.
 */
export function isStartedByLab(argv: readonly string[], directory: string): boolean {
  const isInside = (word: string | undefined) => word?.startsWith(`${directory}/`) ?? false;
  if (isEngineProcess(argv)) return argv.slice(1).some(isInside);
  return argv.some(
    (word, index) =>
      (word === "--state" && isInside(argv[index + 1])) ||
      (word === "--directory" && argv[index + 1] === directory),
  );
}

/**
 * Ends whatever is left of a lab and removes its folder. Call it inside withRegistry. The owner itself
 * is ended too, unless it is this process.
 */
export async function removeLab(
  home: string,
  { directory, record }: Pick<LabEntry, "directory" | "record">,
): Promise<void> {
  const recorded: readonly ProcessIdentity[] =
    record === undefined ? [] : [record.owner, ...record.processes];
  const left = [...recorded, ...findProcesses((argv) => isStartedByLab(argv, directory))];
  // First the owner: it could otherwise still start something.
  const others = left.filter(({ pid }) => pid !== process.pid);
  await endProcesses(others.filter(({ pid }) => pid === record?.owner.pid));
  await endProcesses(others);
  await removeFolder(directory);
}

async function removeFolder(directory: string): Promise<void> {
  try {
    await unmountBelow(directory);
    await rm(directory, { recursive: true, force: true, maxRetries: 3 });
  } catch (error) {
    throw new BatonError("DISK", `${directory}: cannot be removed (${String(error)})`, { cause: error });
  }
}

/** Cleans up after dead owners, but for folders that --keep left. Call it inside withRegistry. */
export async function cleanDeadLabs(home: string, nameWanted: string): Promise<void> {
  for (const entry of await listLabs(home)) {
    const isKept = entry.record?.stage === "kept" && entry.name !== nameWanted;
    if (!entry.lives && !isKept) await removeLab(home, entry);
  }
}

export const homeOf = (directory: string): string => dirname(dirname(directory));

/**
 * The lab of that name, or the only one that lives.
 * @throws BatonError LAB_UNKNOWN when there is none, USAGE when several live and no name was given.
 */
export async function findLab(home: string, name: string | undefined): Promise<LabEntry> {
  const living = (await listLabs(home)).filter(({ lives }) => lives);
  const names = living.map((entry) => entry.name).join(", ");
  if (name !== undefined) {
    const found = living.find((entry) => entry.name === name);
    if (found !== undefined) return found;
    const others = names === "" ? "no lab runs" : `these run: ${names}`;
    throw new BatonError("LAB_UNKNOWN", `no lab named ${name} runs; ${others}`);
  }
  const [only, ...more] = living;
  if (only === undefined) throw new BatonError("LAB_UNKNOWN", "no lab runs");
  if (more.length > 0)
    throw new BatonError("USAGE", `several labs run (${names}): say which with --name`);
  return only;
}
