// What a journal tells, kept in memory: the file is read once at the start, and every later entry is added
// as it is written.
import { openIncidents, type Incident } from "./incidents.ts";
import type { Journal, JournalEntry } from "./journal.ts";

/** Of all groups together: some megabytes at the very most. */
const INCIDENTS_MAX = 2_000;
/** Entries of an earlier run of this process. */
const EARLIER_MAX = 200;
const MEMORY_MAX = 2_000;

export interface Recall {
  /** False until the file has been read. */
  isReady(): boolean;
  /** Another number whenever something was added about the incidents of that group; 0 before anything was. */
  version(group: string): number;
  /** The newest `max` of one group, oldest first. */
  incidents(group: string, max: number): readonly Incident[];
  /** Every entry in memory that is newer than that id, those of an earlier run included, oldest first. */
  after(id: number): readonly JournalEntry[];
  /** Calls with every entry that is written from now on; returns how to end that. */
  subscribe(listener: (entry: JournalEntry) => void): () => void;
  close(): void;
}

export interface RecallOptions {
  readonly journal: Pick<Journal, "after" | "subscribe">;
  /** What is on disk, oldest first; it is read once. */
  readonly earlier: AsyncIterable<JournalEntry>;
  /** Aborted: goes on with what has been read until then. A disk can hang for ever. */
  readonly signal: AbortSignal;
  /** It could not be read to its end. */
  readonly onTrouble: (error: Error) => void;
}

export function openRecall({ journal, earlier, signal, onTrouble }: RecallOptions): Recall {
  const incidents = openIncidents(INCIDENTS_MAX);
  const versions = new Map<string, number>();
  const newest: JournalEntry[] = [];
  let before: readonly JournalEntry[] = [];
  let lastId = 0;
  let isReady = false;
  let isClosed = false;
  let unsubscribe = (): void => undefined;

  function add(entry: JournalEntry): void {
    const group = incidents.add(entry);
    if (group !== undefined) versions.set(group, (versions.get(group) ?? 0) + 1);
  }

  async function read(): Promise<void> {
    for await (const entry of earlier) {
      if (isReady || isClosed) return;
      add(entry);
      lastId = entry.id;
      newest.push(entry);
      if (newest.length > EARLIER_MAX) newest.shift();
    }
  }

  /** In one go: no entry can be written in between. */
  function goOn(): void {
    if (isReady || isClosed) return;
    const own = journal.after(0);
    before = newest.filter(({ id }) => id < (own[0]?.id ?? Number.POSITIVE_INFINITY));
    for (const entry of own) if (entry.id > lastId) add(entry);
    unsubscribe = journal.subscribe(add);
    isReady = true;
  }

  signal.addEventListener("abort", goOn, { once: true });
  void read().catch(onTrouble).finally(goOn);

  return {
    isReady: () => isReady,
    version: (group) => versions.get(group) ?? 0,
    incidents: (group, max) => incidents.of(group, max),
    after(id) {
      const own = journal.after(id);
      // With a full memory there may be entries that neither has.
      return own.length < MEMORY_MAX ? [...before.filter((entry) => entry.id > id), ...own] : own;
    },
    subscribe: (listener) => journal.subscribe(listener),
    close() {
      isClosed = true;
      signal.removeEventListener("abort", goOn);
      unsubscribe();
    },
  };
}
