// What was written to each target, on disk: what keeps an agent that was frozen or restarted from going back.
import { join } from "node:path";
import { z } from "zod";
import { BatonError } from "../errors.ts";
import { readTextFileIfThere, writeFileAtomic } from "../sys/files.ts";
import type { Place } from "./target.ts";

const place = z.object({
  endpoint: z.object({ address: z.string(), port: z.int() }),
  epoch: z.int().min(0),
});
const record = z.object({
  epoch: z.int().min(-1),
  writing: place.optional(),
  applied: place.optional(),
});
const shape = z.record(z.string(), record);
const FILE_BYTES_MAX = 256 * 1024;

export interface TargetRecord {
  /** The newest confirmed epoch that was ever begun; -1 before the first. Never gets smaller. */
  readonly epoch: number;
  /** Begun, and not known to be complete: to be written again even where it looks right. */
  readonly writing?: Place | undefined;
  /** Written and verified last. */
  readonly applied?: Place | undefined;
}

export interface TargetMemory {
  readonly path: string;
  of(target: string): TargetRecord;
  /** Resolves when it is on disk. @throws BatonError DISK; then nothing has changed. */
  set(target: string, record: TargetRecord): Promise<void>;
}

const NOTHING: TargetRecord = { epoch: -1 };

/** @throws BatonError DISK when the file is there and cannot be read or understood. */
export async function openTargetMemory(directory: string): Promise<TargetMemory> {
  const path = join(directory, "targets.json");
  const text = await readTextFileIfThere(path, FILE_BYTES_MAX);
  let records: Readonly<Record<string, TargetRecord>> = {};
  if (text !== undefined) {
    try {
      records = shape.parse(JSON.parse(text));
    } catch (cause) {
      const next = "if the cluster was built anew, remove it; otherwise restore it";
      throw new BatonError("DISK", `${path}: not a file of targets; ${next}`, { cause });
    }
  }
  /** One write at a time: they share a temporary file, and each holds what the one before has changed. */
  let last: Promise<unknown> = Promise.resolve();
  return {
    path,
    of: (target) => records[target] ?? NOTHING,
    async set(target, next) {
      const write = async () => {
        const changed = { ...records, [target]: next };
        await writeFileAtomic(path, `${JSON.stringify(changed)}\n`);
        records = changed;
      };
      const done = last.then(write);
      // Whoever comes next waits for this one, and does not fail with it.
      last = done.catch(() => undefined);
      await done;
    },
  };
}
