// Where routers run: in this process, or behind the same ports in several, while this one observes and
// decides.
import type { Confirmations, Route } from "../decide/types.ts";
import { assert } from "../errors.ts";
import { type Clock, systemClock } from "../sys/clock.ts";
import { missing, seen, waitFor } from "../sys/wait.ts";
import type { CommandInfo } from "./commands.ts";
import { shareOf } from "./counts.ts";
import { SESSIONS_MAX } from "./listening.ts";
import { asOfNow } from "./freshness.ts";
import { noReadCounts, noRouterCounts, type RouterCounts } from "./messages.ts";
import { Pool, type PoolOptions, type PoolStats } from "./pool.ts";
import { nothingOffered, openReadRouter } from "./read-router.ts";
import type { ReadRouter, ReadRouterOptions } from "./read-router.ts";
import type { ReadOffer } from "./reads.ts";
import { assertNotOlder, leadTheSameWay } from "./route-change.ts";
import { openRouter, type Router, type RouterOptions } from "./router.ts";
import { type CountingPort, type SharedPort, sharedPort } from "./shared-port.ts";

export interface Processes {
  /** @throws BatonError PORT_BUSY, UNABLE; NOT_READY when processes do not start. */
  openRouter(options: RouterOptions): Promise<Router>;
  /** @throws as above. */
  openReadRouter(options: ReadRouterOptions): Promise<ReadRouter>;
  stats(): PoolStats;
  /** Ends the processes; the routers are to be closed before. */
  close(): Promise<void>;
}

/** For callers that do not care: everything in this process. */
export const thisProcess: Processes = {
  openRouter,
  openReadRouter,
  stats: () => ({ wanted: 0, running: 0, deaths: 0 }),
  close: () => Promise.resolve(),
};

/** Time for a worker to do what it was told, beyond what the order itself takes. */
const ANSWER_MS = 5_000;

/** Sessions are divided evenly; the bounds are, too. A process that is stuck holds back only its own. */
function shared<Options extends RouterOptions | ReadRouterOptions>(options: Options, processes: number) {
  const { clock: _, accessLog, sessionsMax = SESSIONS_MAX, holdSessions, ...rest } = options;
  return {
    ...rest,
    tellsEnds: accessLog !== undefined,
    sessionsMax: shareOf(sessionsMax, processes),
    holdSessions: shareOf(holdSessions, processes),
  };
}

/** A process that does not answer is one whose clients may still have something under way. */
async function allSettled(
  port: Pick<CountingPort<RouterCounts>, "isSettled">,
  holdNumber: number,
  clock: Clock = systemClock,
): Promise<boolean> {
  const look = () => {
    const isSettled = port.isSettled(holdNumber);
    return isSettled === undefined ? missing("an answer") : seen(isSettled);
  };
  const options = { withinMs: ANSWER_MS, everyMs: 2, clock };
  return await waitFor("router processes to settle", look, options).catch(() => false);
}

/** Opens it in all processes. @returns what every shared port can do. */
async function served(pool: Pool, port: SharedPort) {
  await pool.open(port);
  const { id, address } = port;
  assert(address !== undefined, "a port that is served has an address");
  return {
    address,
    drain: (ms: number) => pool.end(port, { kind: "drain", id, ms }, ms + ANSWER_MS),
    close: () => pool.end(port, { kind: "close", id }, ANSWER_MS),
  };
}

async function openShared(
  pool: Pool,
  id: number,
  options: RouterOptions,
  count: number,
): Promise<Router> {
  let route: Route = { kind: "none", reason: "the router has just started" };
  let routeChanges = 0;
  const { clock = systemClock } = options;
  let confirmations: Confirmations = { kind: "not-asked" };
  let confirmationsMs = 0;
  // A worker takes what it is told for what was said just now.
  const confirmationsNow = () => asOfNow(confirmations, clock.monotonicMs() - confirmationsMs);
  let heldReason: string | undefined;
  let holdNumber = 0;
  let commands: readonly CommandInfo[] = [];
  const port = sharedPort({
    opening: { kind: "open-router", id, options: shared(options, count) },
    accessLog: options.accessLog,
    present: () => [
      ...(heldReason === undefined
        ? []
        : [{ kind: "hold", id, reason: heldReason, holdNumber } as const]),
      { kind: "learn", id, commands: [...commands] },
      { kind: "confirmations", id, confirmations: confirmationsNow() },
      { kind: "route", id, route },
    ],
    zero: noRouterCounts,
    afterDeath: (last) => ({ ...last, sessions: 0, held: 0, cut: last.cut + last.sessions }),
  });
  const common = await served(pool, port);
  return {
    ...common,
    setRoute(next) {
      assertNotOlder(next, route);
      if (!leadTheSameWay(route, next)) routeChanges += 1;
      route = next;
      pool.order({ kind: "route", id, route });
    },
    setConfirmations(next) {
      confirmations = next;
      confirmationsMs = clock.monotonicMs();
      pool.order({ kind: "confirmations", id, confirmations });
    },
    learn(next) {
      commands = next;
      pool.order({ kind: "learn", id, commands: [...commands] });
    },
    async hold(reason) {
      heldReason = reason;
      holdNumber += 1;
      pool.order({ kind: "hold", id, reason, holdNumber });
      return await allSettled(port, holdNumber, clock);
    },
    release() {
      heldReason = undefined;
      pool.order({ kind: "release", id });
    },
    stats: () => ({ route, routeChanges, confirmations, ...port.total() }),
  };
}

async function openSharedReads(
  pool: Pool,
  id: number,
  options: ReadRouterOptions,
  count: number,
): Promise<ReadRouter> {
  let offered: ReadOffer = nothingOffered;
  const port = sharedPort({
    opening: { kind: "open-reads", id, options: shared(options, count) },
    accessLog: options.accessLog,
    present: () => [{ kind: "offer", id, offer: offered }],
    zero: noReadCounts,
    afterDeath: (last) => {
      const gone = { sessions: 0, waiting: 0, sessionsByNode: {} };
      return { ...last, ...gone, cut: last.cut + last.sessions };
    },
  });
  const common = await served(pool, port);
  return {
    ...common,
    offer(next) {
      offered = next;
      pool.order({ kind: "offer", id, offer: next });
    },
    stats: () => ({ replicas: offered.replicas.length, ...port.total() }),
  };
}

/**
 * Starts `count` workers at once; the first port that is opened waits for them. There is one pool to a
 * process: node:cluster knows no more.
 */
export function openProcesses(options: Omit<PoolOptions, "clock"> & Partial<PoolOptions>): Processes {
  const { count } = options;
  const pool = new Pool({ clock: systemClock, ...options });
  let last = 0;
  const next = () => (last += 1);
  return {
    openRouter: (router) => openShared(pool, next(), router, count),
    openReadRouter: (router) => openSharedReads(pool, next(), router, count),
    stats: () => pool.stats(),
    close: () => pool.close(),
  };
}
