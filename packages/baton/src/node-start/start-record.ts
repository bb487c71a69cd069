// What a process of systemd was started with, written down where only root can read it, for `baton converge`.
import { z } from "zod";
import { readTextFileIfThere, writeFileAtomic } from "../sys/files.ts";

const RECORD_BYTES_MAX = 4 << 20;

const schema = z.strictObject({
  /** systemd's name for one run of a unit: a record of an earlier run says nothing of this one. */
  invocation: z.string(),
  /** The settings as they were laid down, or have been applied since. */
  settings: z.string(),
  /** Hash of the certificate files; empty without TLS. */
  certificates: z.string(),
  /** Password of the user `deploy`, which this run alone knows. */
  password: z.string(),
});

export type StartRecord = z.infer<typeof schema>;

/** @throws BatonError DISK */
export async function writeStartRecord(path: string, record: StartRecord): Promise<void> {
  await writeFileAtomic(path, JSON.stringify(record));
}

/** Undefined when there is none, or none that can be understood. @throws BatonError DISK */
export async function readStartRecord(path: string): Promise<StartRecord | undefined> {
  const text = await readTextFileIfThere(path, RECORD_BYTES_MAX);
  if (text === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return undefined;
    throw error;
  }
}
