// The TCP endpoint that applications connect to: every session goes to the primary of the moment, and to
// no other node.
import type { Endpoint } from "../cluster/types.ts";
import type { Confirmations, Route } from "../decide/types.ts";
import { type Clock, systemClock } from "../sys/clock.ts";
import type { TlsMaterial } from "../sys/tls.ts";
import { missing, seen, waitFor } from "../sys/wait.ts";
import { type CommandInfo, CommandTable } from "./commands.ts";
import { Crowd, type CrowdStats } from "./crowd.ts";
import { Entrance } from "./entrance.ts";
import { SESSIONS_MAX } from "./listening.ts";
import { assertNotOlder, leadTheSameWay } from "./route-change.ts";
import type { EndSink } from "./visits.ts";

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
  /** Whether every client begins with a PROXY header, and is closed without one. False by default. */
  readonly proxyProtocol?: boolean;
  /** With it clients must speak TLS; they are asked for no certificate. */
  readonly clientTls?: TlsMaterial;
  /** With it the nodes must speak TLS, each with a certificate of this authority. */
  readonly upstreamTls?: TlsMaterial;
  readonly clock?: Clock;
  /** Told of every session that has ended. */
  readonly accessLog?: EndSink;
}

export interface RouterStats extends CrowdStats {
  readonly route: Route;
  /** How often the endpoint changed, the loss of a primary included. */
  readonly routeChanges: number;
  /** Accepts that the kernel refused, as when file descriptors run out. */
  readonly acceptFailures: number;
  /** Clients that did not come to speak TLS where it is asked for. */
  readonly handshakeFailures: number;
  readonly confirmations: Confirmations;
}

export interface Router {
  readonly address: Endpoint;
  /**
   * Sessions with another node than the route's go to it between two commands; one whose reply is owed,
   * or whose state cannot be taken along, is reset. Held ones connect at once. Setting the
   * same route again costs nothing. An epoch older than that of the route in use is a bug of the caller:
   * following it would undo a failover. Only by way of `none` may an early route be taken back.
   * @throws InvariantBroken for an older epoch.
   */
  setRoute(route: Route): void;
  /** What the primary's own table says of its commands; until then everything counts as a write. */
  learn(commands: readonly CommandInfo[]): void;
  /** Which replicas must have a write before its answer is let through. Said anew at every turn. */
  setConfirmations(confirmations: Confirmations): void;
  /**
   * Until `release`: what clients send stays with them or here, and new clients wait.
   * Replies that are owed still come, and open transactions end. For a switchover, whose new primary is
   * known before it is one.
   * @returns whether every session that can be moved at all came, within a second, to a point where its
   * client does not notice.
   */
  hold(reason: string): Promise<boolean>;
  release(): void;
  stats(): RouterStats;
  /** Takes no new session, lets the present ones come to their end for at most `ms`, then closes. */
  drain(ms: number): Promise<void>;
  /** Resets every session and frees the port. Takes no longer than the kernel needs to close sockets. */
  close(): Promise<void>;
}

const CONNECT_MS = 500;
/** Whoever waits longer for a reply is not waited for: a blocked client, a long script. */
const SETTLE_MS = 1_000;

async function settled(crowd: Crowd, clock: Clock): Promise<boolean> {
  const look = () => (crowd.unsettled === 0 ? seen(true) : missing(`${crowd.unsettled} sessions`));
  const options = { withinMs: SETTLE_MS, everyMs: 2, clock };
  return await waitFor("sessions to be between two commands", look, options).catch(() => false);
}

/**
 * @throws BatonError PORT_BUSY when another process listens there, UNABLE when the address cannot be
 * listened on.
 */
export async function openRouter(options: RouterOptions): Promise<Router> {
  const { listen, holdMs, holdSessions, sessionsMax = SESSIONS_MAX, connectMs = CONNECT_MS } = options;
  const { clock = systemClock, sourceAddress, upstreamTls, clientTls, proxyProtocol = false } = options;
  const dialling = { clock, sourceAddress, upstreamTls, connectMs };
  const { accessLog } = options;
  const crowd = new Crowd({ ...dialling, holdMs, holdSessions, sessionsMax, accessLog });
  let route: Route = { kind: "none", reason: "the router has just started" };
  let confirmations: Confirmations = { kind: "not-asked" };
  let routeChanges = 0;
  const entrance = new Entrance({ clock, sessionsMax, proxyProtocol, clientTls }, (arrival) =>
    crowd.admit(arrival, route),
  );
  const address = await entrance.listen(listen);

  const router: Router = {
    address,
    setRoute(next) {
      assertNotOlder(next, route);
      if (!leadTheSameWay(route, next)) routeChanges += 1;
      route = next;
      crowd.follow(route);
    },
    setConfirmations(next) {
      confirmations = next;
      crowd.confirm(next);
    },
    learn: (commands) => crowd.learn(CommandTable.of(commands)),
    hold: (reason) => {
      crowd.hold(reason);
      return settled(crowd, clock);
    },
    release: () => crowd.release(route),
    stats: () => {
      const { acceptFailures, handshakeFailures } = entrance;
      const doors = { acceptFailures, handshakeFailures };
      return { route, routeChanges, confirmations, ...doors, ...crowd.stats() };
    },
    async drain(ms) {
      const empty = entrance.drained(ms);
      crowd.retireAll();
      await empty;
      await router.close();
    },
    close: () => entrance.close(() => crowd.cutAll()),
  };
  return router;
}
