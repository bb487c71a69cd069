// The newest epoch seen of every group, on disk: what keeps a restarted agent from following
// yesterday's Sentinels.
import { join } from "node:path";
import { z } from "zod";
import { BatonError } from "../errors.ts";
import { readTextFileIfThere, writeFileAtomic } from "../sys/files.ts";

const shape = z.record(z.string(), z.number().int().min(-1));

/** A thousand groups with the longest names and epochs come to less than 64 KiB. */
const FILE_BYTES_MAX = 128 * 1024;

export interface EpochFile {
  readonly path: string;
  /** -1 for a group that was never seen. */
  seen(group: string): number;
  /**
   * Resolves when it is on disk; older or equal epochs are not written. What several groups want to be
   * remembered while the file is being written goes into the next one together.
   * @throws BatonError DISK
   */
  remember(group: string, epoch: number): Promise<void>;
}

async function readEpochs(path: string): Promise<Readonly<Record<string, number>>> {
  const text = await readTextFileIfThere(path, FILE_BYTES_MAX);
  if (text === undefined) return {};
  try {
    return shape.parse(JSON.parse(text));
  } catch (cause) {
    const next = "if the cluster was built anew, remove it; otherwise restore it";
    const message = `${path}: not a file of epochs; ${next}`;
    throw new BatonError("DISK", message, { cause });
  }
}

/**
 * @throws BatonError DISK when the file is there and cannot be read or understood: better no agent
 * than a forgetful one.
 */
export async function openEpochFile(directory: string): Promise<EpochFile> {
  const path = join(directory, "epochs.json");
  let epochs = await readEpochs(path);
  let next: { readonly newer: Map<string, number>; readonly written: Promise<void> } | undefined;
  let last: Promise<void> = Promise.resolve();

  async function writeAfter(before: Promise<void>, newer: ReadonlyMap<string, number>): Promise<void> {
    // Whoever wanted that one written has heard of its failure.
    await before.catch(() => undefined);
    next = undefined;
    const all = { ...epochs };
    for (const [group, epoch] of newer) all[group] = Math.max(epoch, all[group] ?? -1);
    await writeFileAtomic(path, `${JSON.stringify(all)}\n`);
    epochs = all;
  }

  return {
    path,
    seen: (group) => epochs[group] ?? -1,
    async remember(group, epoch) {
      if (epoch <= (epochs[group] ?? -1)) return;
      if (next === undefined) {
        const newer = new Map<string, number>();
        last = writeAfter(last, newer);
        next = { newer, written: last };
      }
      next.newer.set(group, Math.max(epoch, next.newer.get(group) ?? -1));
      await next.written;
    },
  };
}
