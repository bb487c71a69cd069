// The newest epoch seen of every group, on disk: what keeps a restarted agent from following
// yesterday's Sentinels.
import { join } from "node:path";
import { z } from "zod";
import { BatonError } from "../errors.ts";
import { readTextFileIfThere, writeFileAtomic } from "../sys/files.ts";

const shape = z.record(z.string(), z.number().int().min(-1));

export interface EpochFile {
  readonly path: string;
  /** -1 for a group that was never seen. */
  seen(group: string): number;
  /** Resolves when it is on disk; older or equal epochs are not written. @throws BatonError DISK */
  remember(group: string, epoch: number): Promise<void>;
}

/**
 * @throws BatonError DISK when the file is there and cannot be read or understood: better no agent
 * than a forgetful one.
 */
export async function openEpochFile(directory: string): Promise<EpochFile> {
  const path = join(directory, "epochs.json");
  const text = await readTextFileIfThere(path, 64 * 1024);
  let epochs: Record<string, number> = {};
  if (text !== undefined) {
    try {
      epochs = shape.parse(JSON.parse(text));
    } catch (cause) {
      const next = "if the cluster was built anew, remove it; otherwise restore it";
      const message = `${path}: not a file of epochs; ${next}`;
      throw new BatonError("DISK", message, { cause });
    }
  }
  return {
    path,
    seen: (group) => epochs[group] ?? -1,
    async remember(group, epoch) {
      if (epoch <= (epochs[group] ?? -1)) return;
      const next = { ...epochs, [group]: epoch };
      await writeFileAtomic(path, `${JSON.stringify(next)}\n`);
      epochs = next;
    },
  };
}
