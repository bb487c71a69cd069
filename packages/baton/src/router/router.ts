// The TCP endpoint that applications connect to: every session goes to the primary of the moment, and to
// no other node.
import { type Server, type Socket, createServer } from "node:net";
import type { Endpoint } from "../cluster/types.ts";
import type { Route } from "../decide/types.ts";
import { BatonError, assert } from "../errors.ts";
import { type Clock, systemClock } from "../sys/clock.ts";
import { Crowd, type CrowdStats } from "./crowd.ts";

export interface RouterOptions {
  /** Port 0 takes a free one; `Router.address` tells which. */
  readonly listen: Endpoint;
  /** Local address of the connections to the primary. */
  readonly sourceAddress?: string;
  /** How long a client may wait for a primary before it is told to try again. */
  readonly holdMs: number;
  /** How many clients may wait at one time. */
  readonly holdSessions: number;
  /** How many clients there may be in all, 10 000 by default: each costs two file descriptors. */
  readonly sessionsMax?: number;
  /** Deadline of one connect to the primary, 500 ms by default; within the hold it is tried again. */
  readonly connectMs?: number;
  readonly clock?: Clock;
}

export interface RouterStats extends CrowdStats {
  readonly route: Route;
  /** How often the endpoint changed, the loss of a primary included. */
  readonly routeChanges: number;
  /** Accepts that the kernel refused, as when file descriptors run out. */
  readonly acceptFailures: number;
}

export interface Router {
  readonly address: Endpoint;
  /**
   * Sessions to another node than the route's are reset at once, held ones connect at once. Setting the
   * same route again costs nothing. An epoch older than that of the route in use is a bug of the caller:
   * following it would undo a failover. Only by way of `none` may an early route be taken back.
   * @throws InvariantBroken for an older epoch.
   */
  setRoute(route: Route): void;
  /**
   * Until `release`, or a route to another node: what clients send stays with them, and new clients wait.
   * Replies that are owed still come. For a switchover, whose new primary is known before it is one.
   */
  hold(reason: string): void;
  release(): void;
  stats(): RouterStats;
  /** Resets every session and frees the port. Takes no longer than the kernel needs to close sockets. */
  close(): Promise<void>;
}

const SESSIONS_MAX = 10_000;
const CONNECT_MS = 500;
// Refused clients that have not closed yet; beyond, a connection is dropped without a word.
const FAREWELLS_MAX = 256;

const SERVER_OPTIONS = {
  // Whether and when a client is read is up to its session.
  pauseOnConnect: true,
  // A client may close its sending half and wait for the answers.
  allowHalfOpen: true,
  noDelay: true,
  keepAlive: true,
  keepAliveInitialDelay: 30_000,
} as const;

/**
 * @throws BatonError PORT_BUSY when another process listens there, UNABLE when the address cannot be
 * listened on.
 */
export async function openRouter(options: RouterOptions): Promise<Router> {
  const { listen, holdMs, holdSessions, sessionsMax = SESSIONS_MAX, connectMs = CONNECT_MS } = options;
  const { clock = systemClock, sourceAddress } = options;
  const crowd = new Crowd({ clock, sourceAddress, holdMs, holdSessions, sessionsMax, connectMs });
  const sockets = new Set<Socket>();
  let route: Route = { kind: "none", reason: "the router has just started" };
  let routeChanges = 0;
  let acceptFailures = 0;

  const server = createServer(SERVER_OPTIONS, (client) => {
    sockets.add(client);
    // 'close' follows every error, and is what the session listens to.
    client.on("error", () => undefined).once("close", () => sockets.delete(client));
    crowd.admit(client, route);
  });
  server.maxConnections = sessionsMax + FAREWELLS_MAX;
  const address = await listening(server, listen);
  server.on("error", () => {
    acceptFailures += 1;
  });

  return {
    address,
    setRoute(next) {
      assertNotOlder(next, route);
      if (!leadTheSameWay(route, next)) routeChanges += 1;
      route = next;
      crowd.follow(route);
    },
    hold: (reason) => crowd.hold(reason),
    release: () => crowd.release(route),
    stats: () => ({ route, routeChanges, acceptFailures, ...crowd.stats() }),
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      crowd.cutAll();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function assertNotOlder(next: Route, present: Route): void {
  if (next.kind === "none" || present.kind === "none") return;
  const { epoch } = present;
  assert(
    next.epoch >= epoch,
    `a route of epoch ${next.epoch} after one of ${epoch}: it would undo a failover`,
  );
}

function leadTheSameWay(one: Route, other: Route): boolean {
  if (one.kind === "none" || other.kind === "none") return one.kind === other.kind;
  return one.endpoint.address === other.endpoint.address && one.endpoint.port === other.endpoint.port;
}

async function listening(server: Server, { address, port }: Endpoint): Promise<Endpoint> {
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
