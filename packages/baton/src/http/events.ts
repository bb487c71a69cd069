// Server-sent events: every journal entry as it is written. Whoever comes back with Last-Event-ID gets
// what it missed, as far as memory reaches.
import type { Journal, JournalEntry } from "../journal/journal.ts";
import { eventBytes, GREETING, PING } from "./sse.ts";

export interface EventHub {
  /** @returns undefined when there are as many clients as there may be. */
  open(lastEventId: number | undefined): ReadableStream<Uint8Array> | undefined;
  /** How many listen at the moment. */
  clients(): number;
  /** Ends every stream. */
  close(): void;
}

export interface EventHubOptions {
  readonly journal: Pick<Journal, "latest" | "after" | "subscribe">;
  /** 32 by default. */
  readonly clientsMax?: number;
  /** 15 s by default: proxies close connections on which nothing moves. */
  readonly pingMs?: number;
  /** 64 KiB by default: what waits for one client in our memory. */
  readonly unreadBytesMax?: number;
}

/** A client is a place in the journal: it gets what is after it, as fast as it reads. */
interface Client {
  readonly controller: ReadableStreamDefaultController<Uint8Array>;
  lastId: number;
  /** It had read nothing of a full buffer at the last ping. */
  wasFull: boolean;
}

const eventOf = (entry: JournalEntry): Uint8Array =>
  eventBytes(entry.kind, JSON.stringify(entry), entry.id);

const hasRoom = ({ controller }: Client): boolean => (controller.desiredSize ?? 0) > 0;

export function openEvents(options: EventHubOptions): EventHub {
  const { journal, clientsMax = 32, pingMs = 15_000, unreadBytesMax = 64 << 10 } = options;
  const clients = new Set<Client>();

  function feed(client: Client): void {
    for (const entry of journal.after(client.lastId)) {
      if (!hasRoom(client)) return;
      if (entry.id <= client.lastId) continue;
      // First: with a reader that waits, enqueue() comes back here by way of pull().
      client.lastId = entry.id;
      client.controller.enqueue(eventOf(entry));
    }
  }

  function ping(): void {
    for (const client of clients) {
      if (hasRoom(client)) client.controller.enqueue(PING);
      // Nobody reads at the other end. A client that lives comes back with its last id.
      else if (client.wasFull) drop(client);
      client.wasFull = !hasRoom(client);
    }
  }

  function drop(client: Client): void {
    clients.delete(client);
    client.controller.error(new Error("the client does not read"));
  }

  const unsubscribe = journal.subscribe(() => {
    for (const client of clients) feed(client);
  });
  const timer = setInterval(ping, pingMs);
  timer.unref();

  return {
    open(lastEventId) {
      if (clients.size >= clientsMax) return undefined;
      const newestId = journal.latest(1)[0]?.id ?? 0;
      // An id that is still to come is one of a journal that was since removed.
      const lastId = Math.min(lastEventId ?? newestId, newestId);
      let client: Client | undefined;
      return new ReadableStream<Uint8Array>(
        {
          start(controller) {
            client = { controller, lastId, wasFull: false };
            clients.add(client);
            controller.enqueue(GREETING);
            feed(client);
          },
          pull() {
            if (client !== undefined) feed(client);
          },
          cancel() {
            if (client !== undefined) clients.delete(client);
          },
        },
        { highWaterMark: unreadBytesMax, size: (bytes) => bytes?.byteLength ?? 0 },
      );
    },
    clients: () => clients.size,
    close() {
      clearInterval(timer);
      unsubscribe();
      for (const { controller } of clients) controller.close();
      clients.clear();
    },
  };
}
