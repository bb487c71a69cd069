// How the router's ports take connections: what every accepted socket is set to, and errors that name the
// place.
import { type Server } from "node:net";
import type { Endpoint } from "../cluster/types.ts";
import { assert, BatonError } from "../errors.ts";
import type { Clock } from "../sys/clock.ts";

/** How many clients a port has at most, unless it is told otherwise: each costs two file descriptors. */
export const SESSIONS_MAX = 10_000;
/** Refused clients that have not closed yet; beyond, a connection is dropped without a word. */
export const FAREWELLS_MAX = 256;

export const SERVER_OPTIONS = {
  // Whether and when a client is read is up to its session.
  pauseOnConnect: true,
  // A client may close its sending half and wait for the answers.
  allowHalfOpen: true,
  noDelay: true,
  keepAlive: true,
  keepAliveInitialDelay: 30_000,
} as const;

/**
 * Port 0 takes a free one.
 * @returns where it listens.
 * @throws BatonError PORT_BUSY when another process listens there, UNABLE when the address cannot be
 * listened on.
 */
export async function listening(server: Server, { address, port }: Endpoint): Promise<Endpoint> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const where = `${address}:${port}`;
      const isBusy = error.code === "EADDRINUSE";
      const sentence = isBusy
        ? "another process listens there already"
        : `cannot be listened on (${error.message})`;
      reject(
        new BatonError(isBusy ? "PORT_BUSY" : "UNABLE", `the router's ${where}: ${sentence}`, {
          cause: error,
        }),
      );
    });
    server.listen({ host: address, port, backlog: 1024 }, resolve);
  });
  server.removeAllListeners("error");
  const bound = server.address();
  assert(bound !== null && typeof bound !== "string", "a server that listens on TCP has an address");
  return { address: bound.address, port: bound.port };
}

/**
 * Takes no further connection, and resolves when the last one has ended or after `ms`, whichever comes
 * first. Whoever is left is the caller's to cut.
 */
export async function drained(server: Server, clock: Clock, ms: number): Promise<void> {
  const over = new AbortController();
  const empty = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  await Promise.race([empty, clock.sleep(ms, over.signal).catch(() => undefined)]);
  over.abort();
}
