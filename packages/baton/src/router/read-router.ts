// The TCP endpoint for reads: spreads connections over the replicas that are offered, the one with the
// fewest first, and falls back as configured while there is none.
import type { Endpoint } from "../cluster/types.ts";
import { type Clock, systemClock } from "../sys/clock.ts";
import type { TlsMaterial } from "../sys/tls.ts";
import { type Arrival, Entrance } from "./entrance.ts";
import { SESSIONS_MAX } from "./listening.ts";
import { type ReadContext, type ReadEvent, ReadSession } from "./read-session.ts";
import { leastLoaded, type ReadOffer } from "./reads.ts";
import { refuse } from "./refuse.ts";
import { type EndSink, Visits } from "./visits.ts";

export interface ReadRouterOptions {
  /** Port 0 takes a free one; `ReadRouter.address` tells which. */
  readonly listen: Endpoint;
  /** Local address of the connections to the nodes. */
  readonly sourceAddress?: string;
  /** What becomes of a client while no replica is offered: it goes to the primary, or is refused. */
  readonly fallback: "primary" | "refuse";
  /** With the fallback `primary`: how long a client waits while there is none either. */
  readonly holdMs: number;
  /** How many clients may wait at one time. */
  readonly holdSessions: number;
  /** How many clients there may be in all, 10 000 by default: each costs two file descriptors. */
  readonly sessionsMax?: number;
  /** Deadline of one connect, 500 ms by default; then the next replica is tried. */
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

/** The first three are of this moment, all others count since the start. */
export interface ReadCounts {
  readonly sessions: number;
  /** Of these, the ones that wait for a node. */
  readonly waiting: number;
  /** Sessions by node, the primary included where it is the fallback. */
  readonly sessionsByNode: Readonly<Record<string, number>>;
  readonly accepted: number;
  /** Sessions reset because their replica fell behind or was lost, or the router closed. */
  readonly cut: number;
  /** Clients told to try again: no replica, or one of the bounds. */
  readonly refused: number;
  /** Clients that did not come to speak TLS where it is asked for. */
  readonly handshakeFailures: number;
}

export interface ReadStats extends ReadCounts {
  /** Replicas that are offered at present. */
  readonly replicas: number;
}

export interface ReadRouter {
  readonly address: Endpoint;
  /** To be called at every look. Sessions to nodes that are not offered any more are reset at once. */
  offer(offer: ReadOffer): void;
  stats(): ReadStats;
  /** Takes no new session, lets the present ones come to their end for at most `ms`, then closes. */
  drain(ms: number): Promise<void>;
  /** Resets every session and frees the port. */
  close(): Promise<void>;
}

const CONNECT_MS = 500;

export const nothingOffered: ReadOffer = {
  replicas: [],
  primary: undefined,
  reason: "the router has just started",
};

/** All clients of one port for reads: where they go, how many there are, what became of them. */
class Readers {
  private readonly options: ReadRouterOptions;
  private readonly context: ReadContext;
  private readonly sessions = new Set<ReadSession>();
  private readonly visits: Visits;
  private readonly waiting = new Set<ReadSession>();
  private readonly byNode = new Map<string, number>();
  private readonly counts = { accepted: 0, cut: 0, refused: 0 };
  private offered: ReadOffer = nothingOffered;

  constructor(options: ReadRouterOptions) {
    this.options = options;
    this.visits = new Visits(options.clock ?? systemClock, options.accessLog);
    this.context = {
      clock: options.clock ?? systemClock,
      sourceAddress: options.sourceAddress,
      upstreamTls: options.upstreamTls,
      connectMs: options.connectMs ?? CONNECT_MS,
      holdMs: options.holdMs,
      choose: (tried) => this.choose(tried),
      happened: (event, session) => this.happened(event, session),
      moved: (from, to) => this.moved(from, to),
    };
  }

  admit({ client, source }: Arrival): void {
    const { sessionsMax = SESSIONS_MAX } = this.options;
    this.counts.accepted += 1;
    if (this.sessions.size >= sessionsMax) {
      this.counts.refused += 1;
      this.visits.begin(client, source);
      this.visits.end(client, { end: "refused", bytesFromClient: 0, bytesToClient: 0 });
      const sentence = `${sessionsMax} clients are connected already`;
      return refuse(client, sentence, this.context.clock, "TRYAGAIN");
    }
    const session = new ReadSession(client, this.context);
    this.sessions.add(session);
    this.visits.begin(session, source);
    session.place();
  }

  offer(offer: ReadOffer): void {
    this.offered = offer;
    const { replicas, primary } = offer;
    // A session that had to go to the primary may stay there: an idle pool would gain nothing by a cut.
    const targets = primary === undefined ? replicas : [...replicas, primary];
    for (const session of this.sessions) session.offered(targets);
  }

  cutAll(): void {
    for (const session of this.sessions) session.cut();
  }

  stats(): Omit<ReadStats, "handshakeFailures"> {
    return {
      sessions: this.sessions.size,
      waiting: this.waiting.size,
      sessionsByNode: Object.fromEntries(this.byNode),
      replicas: this.offered.replicas.length,
      ...this.counts,
    };
  }

  private choose(tried: ReadonlySet<string>): ReturnType<ReadContext["choose"]> {
    const { replicas, primary, reason } = this.offered;
    const { fallback, holdSessions } = this.options;
    const left = replicas.filter(({ node }) => !tried.has(node));
    const replica = leastLoaded(left, (node) => this.byNode.get(node) ?? 0);
    if (replica !== undefined) return replica;
    if (fallback === "refuse") return { mayWait: false, reason };
    if (primary !== undefined && !tried.has(primary.node)) return primary;
    const mayWait = this.waiting.size < holdSessions;
    return { mayWait, reason: mayWait ? reason : `${holdSessions} clients wait already: ${reason}` };
  }

  private moved(from: string | undefined, to: string | undefined): void {
    if (to !== undefined) this.byNode.set(to, (this.byNode.get(to) ?? 0) + 1);
    if (from === undefined) return;
    const left = (this.byNode.get(from) ?? 0) - 1;
    if (left > 0) this.byNode.set(from, left);
    else this.byNode.delete(from);
  }

  private happened(event: ReadEvent, session: ReadSession): void {
    if (event === "waiting") return void this.waiting.add(session);
    this.waiting.delete(session);
    if (event === "placed") return;
    this.sessions.delete(session);
    this.visits.end(session, { end: event, ...session.facts() });
    if (event === "cut") this.counts.cut += 1;
    if (event === "refused") this.counts.refused += 1;
  }
}

/**
 * What clients send is forwarded as it is: a replica refuses writes with READONLY, the primary as the
 * fallback takes them.
 * @throws BatonError PORT_BUSY, UNABLE: see `listening`.
 */
export async function openReadRouter(options: ReadRouterOptions): Promise<ReadRouter> {
  const { listen, sessionsMax = SESSIONS_MAX, clock = systemClock } = options;
  const { proxyProtocol = false, clientTls } = options;
  const readers = new Readers(options);
  const entrance = new Entrance({ clock, sessionsMax, proxyProtocol, clientTls }, (arrival) =>
    readers.admit(arrival),
  );
  const address = await entrance.listen(listen);
  const router: ReadRouter = {
    address,
    offer: (offer) => readers.offer(offer),
    stats: () => ({ ...readers.stats(), handshakeFailures: entrance.handshakeFailures }),
    async drain(ms) {
      await entrance.drained(ms);
      await router.close();
    },
    close: () => entrance.close(() => readers.cutAll()),
  };
  return router;
}
