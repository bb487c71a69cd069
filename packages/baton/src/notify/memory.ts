// What was sent and is still open, on disk: an agent that was restarted brings to an end what it, or another
// one, has opened.
import { join } from "node:path";
import { BatonError } from "../errors.ts";
import { readTextFileIfThere, writeFileAtomic } from "../sys/files.ts";
import { type NoticeRecord, recordsShape } from "./record.ts";

const FILE_BYTES_MAX = 4 << 20;
/** More than can be open at a time: a storm is bounded before. */
const RECORDS_MAX = 256;

export interface NoticeMemory {
  /** As they were read at the start, by `keyOf`. */
  readonly records: ReadonlyMap<string, NoticeRecord>;
  /** Never rejects: a disk in trouble is said once, and costs only what a restart would have to know. */
  set(key: string, record: NoticeRecord | undefined): void;
  /** Resolves when what was set is on disk, or cannot be. */
  flushed(): Promise<void>;
}

/** Group, id and channel have no space. */
export const memoryKey = (group: string, id: string, channel: string): string =>
  `${group} ${id} ${channel}`;

export interface MemoryOptions {
  readonly directory: string;
  readonly say: (sentence: string) => void;
}

async function recordsIn(path: string, say: MemoryOptions["say"]): Promise<Map<string, NoticeRecord>> {
  try {
    const text = await readTextFileIfThere(path, FILE_BYTES_MAX);
    return new Map(text === undefined ? [] : Object.entries(recordsShape.parse(JSON.parse(text))));
  } catch (error) {
    // Unlike the epochs, nothing depends on it: at worst a notice stays open.
    say(`${path} is not used: ${error instanceof BatonError ? error.message : "it is damaged"}`);
    return new Map();
  }
}

export async function openNoticeMemory({ directory, say }: MemoryOptions): Promise<NoticeMemory> {
  const path = join(directory, "notices.json");
  const records = await recordsIn(path, say);
  let last: Promise<void> = Promise.resolve();
  let isWaiting = false;
  let isTroubled = false;

  async function write(): Promise<void> {
    isWaiting = false;
    try {
      await writeFileAtomic(path, `${JSON.stringify(Object.fromEntries(records))}\n`);
      isTroubled = false;
    } catch (error) {
      if (!isTroubled) say(`what was sent is not written down: ${(error as Error).message}`);
      isTroubled = true;
    }
  }

  return {
    records,
    set(key, record) {
      if (record === undefined ? !records.delete(key) : false) return;
      if (record !== undefined) {
        if (!records.has(key) && records.size >= RECORDS_MAX) return;
        records.set(key, record);
      }
      if (isWaiting) return;
      isWaiting = true;
      last = last.then(write);
    },
    flushed: () => last,
  };
}
