// The journal in the stream of /api/live: entries in their order, each made into bytes once for everybody.
import type { JournalEntry } from "../journal/journal.ts";
import type { Recall } from "../journal/recall.ts";
import { eventBytes, joinedBytes } from "./sse.ts";

export interface JournalAsked {
  /** Entries of these groups are wanted, and those of none in particular. */
  readonly groups: readonly string[];
  /** What came after that entry is; the newest ones by default. */
  readonly lastEventId: number | undefined;
}

const AT_FIRST = 200;
/** In one go; then other news has its turn. */
const CHUNK = 50;

const isWanted = ({ group }: JournalEntry, { groups }: JournalAsked): boolean =>
  group === "" || groups.includes(group);

export class LiveJournal {
  readonly #recall: Recall;
  readonly #encoded = new WeakMap<JournalEntry, Uint8Array>();

  constructor(recall: Recall) {
    this.#recall = recall;
  }

  /**
   * The next wanted entries for a client that has, or does not want, all up to `lastId`; undefined: for one
   * that has heard of none yet.
   */
  after(
    lastId: number | undefined,
    asked: JournalAsked,
  ): { readonly lastId: number | undefined; readonly bytes: Uint8Array | undefined } {
    if (!this.#recall.isReady()) return { lastId, bytes: undefined };
    let reachedId = lastId ?? this.#firstId(asked);
    const chunks: Uint8Array[] = [];
    for (const entry of this.#recall.after(reachedId)) {
      reachedId = entry.id;
      if (isWanted(entry, asked)) chunks.push(this.#bytesOf(entry));
      if (chunks.length === CHUNK) break;
    }
    return { lastId: reachedId, bytes: chunks.length === 0 ? undefined : joinedBytes(chunks) };
  }

  /** The id before the first entry that a client gets: it goes on where it was, or begins with the newest. */
  #firstId(asked: JournalAsked): number {
    const all = this.#recall.after(0);
    const newestId = all.at(-1)?.id ?? 0;
    // An id that is still to come is one of a journal that was since removed.
    if (asked.lastEventId !== undefined && asked.lastEventId <= newestId) return asked.lastEventId;
    const first = all.filter((entry) => isWanted(entry, asked)).slice(-AT_FIRST)[0];
    return first === undefined ? newestId : first.id - 1;
  }

  #bytesOf(entry: JournalEntry): Uint8Array {
    const known = this.#encoded.get(entry);
    const bytes = known ?? eventBytes("journal", JSON.stringify(entry), entry.id);
    if (known === undefined) this.#encoded.set(entry, bytes);
    return bytes;
  }
}
