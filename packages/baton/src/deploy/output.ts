// Writes rendered files into a folder: all of them, or, where somebody's own work would be lost, none.
import { lstatSync, readFileSync, statSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { BatonError } from "../errors.ts";
import { diskReason, readTextFileIfThere, writeFileAtomic } from "../sys/files.ts";
import type { HostFile } from "./host-files.ts";
import {
  between,
  MANIFEST,
  type Manifest,
  type ManifestEntry,
  manifestOf,
  manifestText,
  parseManifest,
  withOthers,
} from "./manifest.ts";
import { type Look, type OutputPlan, planOutput } from "./output-plan.ts";

const MANIFEST_BYTES_MAX = 16 << 20;
/** No rendered file is as large; what is, somebody else has put there. */
const FILE_BYTES_MAX = 4 << 20;

export interface Output {
  readonly plan: OutputPlan;
  /** As it is, and as it will be. */
  readonly before: Manifest | undefined;
  readonly after: Manifest;
}

export interface OutputInput {
  readonly cluster: string;
  readonly files: readonly HostFile[];
  /** Kinds that the files are of; undefined: all there are. */
  readonly kinds?: ReadonlySet<string> | undefined;
}

/**
 * Looks, and changes nothing.
 * @throws BatonError DISK; UNABLE for a folder that is none, or holds a manifest that is none.
 */
export async function lookAt(folder: string, { cluster, files, kinds }: OutputInput): Promise<Output> {
  const path = join(folder, MANIFEST);
  refuseOther(folder, path);
  const text = await readTextFileIfThere(path, MANIFEST_BYTES_MAX);
  const before = text === undefined ? undefined : parseManifest(text);
  if (text !== undefined && before === undefined)
    throw new BatonError("UNABLE", `${path} is no list of what Baton has rendered: give another folder`);
  const isMeant = ({ kind }: ManifestEntry): boolean => kinds === undefined || kinds.has(kind);
  const after = withOthers(before, manifestOf(cluster, files), isMeant);
  return { plan: planOutput(files, before, lookIn(folder), isMeant), before, after };
}

/** Whatever is there and neither a folder nor a plain list in it: neither may be replaced. */
function refuseOther(folder: string, manifest: string): void {
  const stats = (look: typeof statSync, path: string) => {
    try {
      return look(path, { throwIfNoEntry: false });
    } catch (cause) {
      throw new BatonError("DISK", `${path}: ${diskReason(cause)}`, { cause });
    }
  };
  if (stats(statSync, folder)?.isDirectory() === false)
    throw new BatonError("UNABLE", `${folder} is no folder: expected one, or nothing at this place`);
  if (stats(lstatSync, manifest)?.isFile() === false)
    throw new BatonError("UNABLE", `${manifest} is no plain file: give another folder`);
}

/**
 * Links are not followed below the folder, which itself may be one: a folder of somebody's that a link in
 * there leads to is not the place for these files.
 */
function lookIn(folder: string): Look {
  const isLink = new Map<string, boolean>();
  const leadsAway = (name: string): boolean => {
    if (name === ".") return false;
    const known = isLink.get(name);
    if (known !== undefined) return known;
    const stats = lstatSync(join(folder, name), { throwIfNoEntry: false });
    const found = leadsAway(dirname(name)) || stats?.isSymbolicLink() === true;
    isLink.set(name, found);
    return found;
  };
  return (name) => {
    const path = join(folder, name);
    try {
      if (leadsAway(dirname(name))) return "linked";
      const stats = lstatSync(path);
      if (!stats.isFile() || stats.size > FILE_BYTES_MAX) return "other";
      return { text: readFileSync(path, "utf8") };
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      if (code === "ENOENT") return undefined;
      throw new BatonError("DISK", `${path}: ${diskReason(cause)}`, { cause });
    }
  };
}

/**
 * The list is written first with both hashes of what changes, so that a run that is interrupted can be
 * repeated, also after a change of the cluster file.
 * @throws BatonError DISK; the signal's reason between two files.
 */
export async function writeOutput(
  folder: string,
  { plan, before, after }: Output,
  signal: AbortSignal,
): Promise<void> {
  const path = join(folder, MANIFEST);
  await writeFileAtomic(path, manifestText(between(before, after)), 0o600);
  for (const change of plan.changes) {
    signal.throwIfAborted();
    if (change.kind === "same") continue;
    if (change.kind === "gone") await remove(join(folder, change.name));
    else await write(folder, change.file);
  }
  await writeFileAtomic(path, manifestText(after), 0o600);
}

async function write(folder: string, { file, mode, text }: HostFile): Promise<void> {
  const path = join(folder, file);
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o755 });
  } catch (cause) {
    throw new BatonError("DISK", `${dirname(path)}: ${diskReason(cause)}`, { cause });
  }
  // Whoever renders need not be of the group that reads it on the host.
  await writeFileAtomic(path, text, mode === 0o644 ? mode : 0o600);
}

async function remove(path: string): Promise<void> {
  try {
    await rm(path, { force: true });
  } catch (cause) {
    throw new BatonError("DISK", `${path}: ${diskReason(cause)}`, { cause });
  }
}
