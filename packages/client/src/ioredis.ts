// The adapter for ioredis: one connection that neither queues, resends nor reconnects.
import type { Redis, RedisOptions } from "ioredis";
import type { ConnectionRequest, Library, LibraryConnection } from "./library.ts";

/** The parts of the package that are needed: `import { Redis, ReplyError } from "ioredis"`. */
export interface IoredisParts<C extends Redis> {
  readonly Redis: new (options: RedisOptions) => C;
  /** Class of the errors that a server's error reply becomes. */
  readonly ReplyError: abstract new (
    ...args: never
  ) => Error;
}

/** Options that have no say in how connections are made and kept. */
export type IoredisMore = Pick<RedisOptions, "keyPrefix" | "scripts" | "stringNumbers" | "noDelay">;

const KEEP_ALIVE_MS = 10_000;

function optionsFor({ address, tls, connectTimeoutMs }: ConnectionRequest): RedisOptions {
  return {
    ...address,
    ...(tls === undefined ? {} : { tls }),
    connectTimeout: connectTimeoutMs,
    keepAlive: KEEP_ALIVE_MS,
    // Nothing may be sent before the login and ROLE, which are not ioredis' part here.
    protocol: 2,
    lazyConnect: true,
    enableReadyCheck: false,
    disableClientInfo: true,
    // A command is sent at once or never, and once: a queued one that has timed out would be sent later.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    // Otherwise giving up on a frozen server takes 2 s more.
    disconnectTimeout: 50,
  };
}

function connectionOf<C extends Redis>(native: C): LibraryConnection<C> {
  let isDestroyed = false;
  // ioredis rejects with "Connection is closed."; the true reason is only in the event.
  let lastError: Error | undefined;
  native.on("error", (error: Error) => {
    lastError = error;
  });
  return {
    native,
    async connect() {
      try {
        await native.connect();
      } catch (error) {
        throw lastError ?? error;
      }
    },
    // It stays "ready" for a moment after the server's goodbye, and refuses every command with an error of
    // its own that says nothing of the connection.
    isOpen: () => !isDestroyed && native.status === "ready" && native.stream.writable,
    destroy() {
      isDestroyed = true;
      native.disconnect();
      // disconnect() only says goodbye; a hung socket would stay. There is none before it connects.
      const stream = native.stream as Redis["stream"] | undefined;
      stream?.destroy();
    },
    onLost: (listener) => void native.on("close", listener),
  };
}

/** For `openClient({ library: ioredis({ Redis, ReplyError }) })`. */
export function ioredis<C extends Redis>(
  { Redis, ReplyError }: IoredisParts<C>,
  more: IoredisMore = {},
): Library<C> {
  return {
    name: "ioredis",
    prepare: (request) => connectionOf(new Redis({ ...more, ...optionsFor(request) })),
    send: async (native, [name = "", ...args]) => await native.call(name, ...args),
    repliesIn(error) {
      if (!(error instanceof ReplyError)) return undefined;
      const { previousErrors = [] } = error as { readonly previousErrors?: readonly Error[] };
      return [error, ...previousErrors].map(({ message }) => message);
    },
  };
}
