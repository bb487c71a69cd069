// lab.json: what is needed to find a lab, to talk to it, and to clean it up after its owner is gone.
import { z } from "zod";
import { readTextFileIfThere, writeFileAtomic } from "../sys/files.ts";
import type { ProcessIdentity } from "../sys/processes.ts";
import { pathsIn } from "./home.ts";

const identity = z.object({ pid: z.int().positive(), startTicks: z.number() });

export const PROCESS_KINDS = ["redis", "sentinel", "agent"] as const;
export type ProcessKind = (typeof PROCESS_KINDS)[number];

const schema = z.object({
  version: z.literal(1),
  name: z.string(),
  /** Wall clock, UTC. */
  createdAt: z.string(),
  /** The first three octets of every address of the lab: "127.0.10". */
  network: z.string(),
  wires: z.boolean(),
  agents: z.boolean(),
  /** Whether each node has a disk of its own, which can be filled. */
  disks: z.boolean().default(false),
  /** Folder of the engine; null for the machine's own Redis. */
  engine: z.string().nullable().default(null),
  /** `kept`: the lab failed to start and its folder is left for a look. */
  stage: z.enum(["starting", "ready", "kept"]),
  /** Leave the folder when the lab cannot be started. */
  keep: z.boolean(),
  /** The process that starts and watches all others; before there is a detached one, its starter. */
  owner: identity,
  processes: z.array(identity.extend({ id: z.string() })),
});

export type LabRecord = Readonly<z.infer<typeof schema>>;
export type ProcessRecord = ProcessIdentity & { readonly id: string };

/** Written by createLab, and from then on only by the lab's owner through a RecordKeeper. */
export async function writeRecord(directory: string, record: LabRecord): Promise<void> {
  await writeFileAtomic(pathsIn(directory).record, `${JSON.stringify(record, undefined, 2)}\n`);
}

/** Undefined when there is none, or none that makes sense. @throws BatonError DISK */
export async function readRecord(directory: string): Promise<LabRecord | undefined> {
  const text = await readTextFileIfThere(pathsIn(directory).record);
  if (text === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** The record in the owner's hands: one write after the other, and none after the lab is gone. */
export class RecordKeeper {
  private readonly directory: string;
  private current: LabRecord;
  private lastWrite: Promise<unknown> = Promise.resolve();

  constructor(directory: string, record: LabRecord) {
    this.directory = directory;
    this.current = record;
  }

  get record(): LabRecord {
    return this.current;
  }

  /** @throws BatonError DISK */
  async update(changes: Partial<LabRecord>): Promise<void> {
    this.current = { ...this.current, ...changes };
    const write = this.lastWrite.then(() => writeRecord(this.directory, this.current));
    // Whoever asked for a write hears of its failure; the next one shall not.
    this.lastWrite = write.catch(() => undefined);
    await write;
  }

  /** Resolves when nothing is being written any more. */
  async settle(): Promise<void> {
    await this.lastWrite;
  }
}
