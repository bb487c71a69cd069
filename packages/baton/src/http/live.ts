// The stream of GET /api/live: everything that the page shows, as it changes. A client is a place in what
// there is to tell: one that reads slowly gets the newest state when it reads on, and nothing waits for it
// here but what its own buffer holds.
import { type JournalAsked, LiveJournal } from "./live-journal.ts";
import { LiveState, type Told } from "./live-state.ts";
import type { LiveSource } from "./live-source.ts";
import { eventBytes, GREETING, joinedBytes } from "./sse.ts";

export interface LiveHub {
  /**
   * `groups`: those of which everything is wanted, at most 8; none: the overview alone.
   * @returns undefined when there are as many clients as there may be.
   */
  open(asked: JournalAsked): ReadableStream<Uint8Array> | undefined;
  /** How many listen at the moment. */
  clients(): number;
  /** Ends every stream. */
  close(): void;
}

export interface LiveOptions {
  readonly source: LiveSource;
  /** A token is configured: the page can ask for changes. */
  readonly canChange: boolean;
  /** 32 by default. */
  readonly clientsMax?: number;
  /** 250 ms by default: nothing but the journal is told more often. */
  readonly everyMs?: number;
  /** 64 KiB by default: what waits for one client in our memory, and one event more. */
  readonly unreadBytesMax?: number;
  /** 15 s by default: who has read nothing of a full buffer for so long is dropped. */
  readonly lookMs?: number;
}

interface Client {
  readonly controller: ReadableStreamDefaultController<Uint8Array>;
  readonly asked: JournalAsked;
  /** What it was told last, by version. */
  overview: number;
  readonly statuses: Map<string, number>;
  readonly incidents: Map<string, number>;
  /** The last journal entry that it has, or does not want; undefined before it has heard of any. */
  lastId: number | undefined;
  isPulseDue: boolean;
  /** Which of the parts is looked at first: each gets its turn, however slowly the client reads. */
  next: number;
  /** It had read nothing of a full buffer the last time that was looked at. */
  wasFull: boolean;
}

/** A pulse every second. */
const PULSE_TICKS = 4;

const hasRoom = ({ controller }: Client): boolean => (controller.desiredSize ?? 0) > 0;

class Hub implements LiveHub {
  readonly #options: Required<LiveOptions>;
  readonly #source: LiveSource;
  readonly #state: LiveState;
  readonly #clients = new Set<Client>();
  readonly #journal: LiveJournal;
  readonly #hello: Uint8Array;
  #pulse: Uint8Array;
  #ticks = 0;
  #end: (() => void) | undefined;
  #isSoon = false;

  constructor(options: LiveOptions) {
    const usual = { clientsMax: 32, everyMs: 250, unreadBytesMax: 64 << 10, lookMs: 15_000 };
    this.#options = { ...usual, ...options };
    const { source, canChange } = options;
    this.#source = source;
    this.#state = new LiveState(source);
    this.#journal = new LiveJournal(source.recall);
    const hello = { ...source.about, groups: source.groups.length, canChange };
    this.#hello = joinedBytes([GREETING, eventBytes("hello", JSON.stringify(hello))]);
    this.#pulse = this.#beat();
  }

  clients(): number {
    return this.#clients.size;
  }

  open(asked: JournalAsked): ReadableStream<Uint8Array> | undefined {
    const { clientsMax, unreadBytesMax } = this.#options;
    if (this.#clients.size >= clientsMax) return undefined;
    let client: Client | undefined;
    return new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          client = this.#added(controller, asked);
          controller.enqueue(this.#hello);
          this.#feed(client);
        },
        pull: () => {
          if (client !== undefined) this.#feed(client);
        },
        cancel: () => {
          if (client !== undefined) this.#remove(client);
        },
      },
      { highWaterMark: unreadBytesMax, size: (bytes) => bytes?.byteLength ?? 0 },
    );
  }

  close(): void {
    for (const { controller } of this.#clients) controller.close();
    this.#clients.clear();
    this.#end?.();
    this.#end = undefined;
  }

  #added(controller: Client["controller"], asked: JournalAsked): Client {
    const client: Client = {
      controller,
      asked,
      overview: 0,
      statuses: new Map(),
      incidents: new Map(),
      lastId: undefined,
      isPulseDue: true,
      next: 0,
      wasFull: false,
    };
    this.#clients.add(client);
    if (this.#end === undefined) this.#begin();
    return client;
  }

  /** Nothing is followed, and nothing compared, while nobody listens. */
  #begin(): void {
    const { recall } = this.#source;
    const timer = setInterval(() => this.#tick(), this.#options.everyMs);
    timer.unref();
    const ends = [
      () => clearInterval(timer),
      this.#source.onTurn((group) => this.#state.touch(group)),
      recall.subscribe(() => this.#feedSoon()),
    ];
    this.#end = () => ends.forEach((end) => end());
    this.#state.touchAll();
    this.#refresh();
    this.#pulse = this.#beat();
  }

  #remove(client: Client): void {
    this.#clients.delete(client);
    if (this.#clients.size > 0) return;
    this.#end?.();
    this.#end = undefined;
  }

  #refresh(): void {
    this.#state.refresh(new Set([...this.#clients].flatMap(({ asked }) => asked.groups)));
  }

  #tick(): void {
    this.#ticks += 1;
    this.#refresh();
    const { everyMs, lookMs } = this.#options;
    const isPulse = this.#ticks % PULSE_TICKS === 0;
    const isLook = this.#ticks % Math.ceil(lookMs / everyMs) === 0;
    if (isPulse) this.#pulse = this.#beat();
    for (const client of this.#clients) {
      client.isPulseDue ||= isPulse;
      this.#feed(client);
      if (isLook) this.#look(client);
    }
  }

  /** Nobody reads at the other end: a client that lives comes back. */
  #look(client: Client): void {
    const isFull = !hasRoom(client);
    if (isFull && client.wasFull) {
      this.#remove(client);
      client.controller.error(new Error("the client does not read"));
    }
    client.wasFull = isFull;
  }

  /** Once for all entries that are written in one go. */
  #feedSoon(): void {
    if (this.#isSoon) return;
    this.#isSoon = true;
    setImmediate(() => {
      this.#isSoon = false;
      for (const client of this.#clients) this.#feed(client);
    });
  }

  #feed(client: Client): void {
    while (this.#clients.has(client) && hasRoom(client)) {
      const bytes = this.#news(client);
      if (bytes === undefined) return;
      // What it has been told was noted first: with a reader that waits, this comes back here by pull().
      client.controller.enqueue(bytes);
    }
  }

  /** The next thing to tell this client, noted as told. */
  #news(client: Client): Uint8Array | undefined {
    const { groups } = client.asked;
    const parts: readonly (() => Uint8Array | undefined)[] = [
      () => this.#overviewFor(client),
      ...groups.map(
        (name) => () => noted(client.statuses, name, (known) => this.#state.group(name, known)),
      ),
      () => this.#journalFor(client),
      ...groups.map(
        (name) => () => noted(client.incidents, name, (known) => this.#state.incidents(name, known)),
      ),
      () => this.#pulseFor(client),
    ];
    for (let tried = 0; tried < parts.length; tried += 1) {
      const at = (client.next + tried) % parts.length;
      const bytes = parts[at]?.();
      if (bytes === undefined) continue;
      client.next = (at + 1) % parts.length;
      return bytes;
    }
    // Whoever keeps up is told the next change in the order of the parts.
    client.next = 0;
    return undefined;
  }

  #overviewFor(client: Client): Uint8Array | undefined {
    const told = this.#state.overview(client.overview);
    client.overview = told?.version ?? client.overview;
    return told?.bytes;
  }

  #pulseFor(client: Client): Uint8Array | undefined {
    if (!client.isPulseDue) return undefined;
    client.isPulseDue = false;
    return this.#pulse;
  }

  #journalFor(client: Client): Uint8Array | undefined {
    const { lastId, bytes } = this.#journal.after(client.lastId, client.asked);
    client.lastId = lastId;
    return bytes;
  }

  #beat(): Uint8Array {
    const { clock } = this.#source;
    const at = new Date(clock.wallMs()).toISOString();
    return eventBytes("pulse", JSON.stringify({ at, oldestTurnMs: this.#source.oldestTurnMs() }));
  }
}

function noted(
  known: Map<string, number>,
  name: string,
  tell: (version: number) => Told | undefined,
): Uint8Array | undefined {
  const told = tell(known.get(name) ?? 0);
  if (told !== undefined) known.set(name, told.version);
  return told?.bytes;
}

export function openLive(options: LiveOptions): LiveHub {
  return new Hub(options);
}
