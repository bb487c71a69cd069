// The adapter for node-redis (`redis` or `@redis/client`): one connection that neither queues nor reconnects.
import type { ConnectionRequest, Library, LibraryConnection } from "./library.ts";

/** What is used of node-redis' client. */
export interface NodeRedisConnection {
  readonly isReady: boolean;
  connect(): Promise<unknown>;
  destroy(): void;
  sendCommand(words: readonly string[]): Promise<unknown>;
  on(event: "error" | "end", listener: (error: Error) => void): unknown;
}

/** What is given to node-redis' `createClient`. */
export interface NodeRedisOptions {
  readonly RESP: 2;
  readonly disableOfflineQueue: true;
  readonly disableClientInfo: true;
  readonly maintNotifications: "disabled";
  readonly socket: Readonly<Record<string, unknown>> & { readonly tls?: true };
}

/** The parts of the package that are needed: `import { createClient, ErrorReply } from "redis"`. */
export interface NodeRedisParts<C extends NodeRedisConnection> {
  readonly createClient: (options: never) => C;
  /** Class of the errors that a server's error reply becomes. */
  readonly ErrorReply: abstract new (
    ...args: never
  ) => Error;
}

const KEEP_ALIVE_MS = 10_000;

function optionsFor(
  { address, tls, connectTimeoutMs }: ConnectionRequest,
  signal: AbortSignal,
): NodeRedisOptions {
  return {
    // With version 3 it says HELLO before anybody has logged in.
    RESP: 2,
    disableOfflineQueue: true,
    disableClientInfo: true,
    maintNotifications: "disabled",
    socket: {
      ...(tls === undefined ? {} : { ...tls, tls: true }),
      ...address,
      connectTimeout: connectTimeoutMs,
      reconnectStrategy: false,
      keepAlive: true,
      keepAliveInitialDelay: KEEP_ALIVE_MS,
      signal,
    },
  };
}

function connectionOf<C extends NodeRedisConnection>(
  native: C,
  ending: AbortController,
): LibraryConnection<C> {
  const listeners: (() => void)[] = [];
  const lost = (): void => {
    for (const listener of listeners) listener();
  };
  // Without a listener the process would end.
  native.on("error", () => {
    if (!native.isReady) lost();
  });
  native.on("end", lost);
  return {
    native,
    connect: async () => void (await native.connect()),
    isOpen: () => !ending.signal.aborted && native.isReady,
    destroy() {
      if (ending.signal.aborted) return;
      // destroy() leaves a socket that is still connecting alone, which would then connect after all.
      ending.abort();
      try {
        native.destroy();
      } catch {
        // Version 5 throws where there is nothing left to destroy.
      }
    },
    onLost: (listener) => void listeners.push(listener),
  };
}

/** For `openClient({ library: nodeRedis({ createClient, ErrorReply }) })`. */
export function nodeRedis<C extends NodeRedisConnection>({
  createClient,
  ErrorReply,
}: NodeRedisParts<C>): Library<C> {
  return {
    name: "node-redis",
    prepare(request) {
      const ending = new AbortController();
      return connectionOf(createClient(optionsFor(request, ending.signal) as never), ending);
    },
    send: async (native, words) => await native.sendCommand(words),
    repliesIn(error) {
      // The error for an executed transaction, some of whose commands failed, is no refusal.
      if (!(error instanceof ErrorReply) || "errorIndexes" in error) return undefined;
      return [error.message];
    },
  };
}
