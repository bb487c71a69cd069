// One of several processes that serve clients: opens the ports it is told to, follows the routes it is
// given, and counts. It observes nothing and decides nothing.
import { assert, BatonError } from "../errors.ts";
import { type Clock, systemClock } from "../sys/clock.ts";
import { type Order, ordersFrom, type Report } from "./messages.ts";
import { openReadRouter, type ReadRouter } from "./read-router.ts";
import { openRouter, type Router } from "./router.ts";
import { KeptEnds } from "./visits.ts";

/** How often a worker says what it has counted, and with it that it lives. */
const COUNTS_EVERY_MS = 250;

/** The channel to the process that started this one. */
export interface Channel {
  send(report: Report): void;
  onOrders(listener: (message: unknown) => void): void;
  /** Aborted when the other end is gone. */
  readonly gone: AbortSignal;
}

type Opening = Extract<Order, { kind: "open-router" | "open-reads" }>;
type Place =
  | { readonly kind: "router"; readonly router: Router; readonly kept: KeptEnds }
  | { readonly kind: "reads"; readonly router: ReadRouter; readonly kept: KeptEnds };

async function open(order: Opening, clock: Clock, kept: KeptEnds): Promise<Place> {
  const own = order.options.tellsEnds ? { clock, accessLog: kept } : { clock };
  return order.kind === "open-router"
    ? { kind: "router", kept, router: await openRouter({ ...order.options, ...own }) }
    : { kind: "reads", kept, router: await openReadRouter({ ...order.options, ...own }) };
}

class Worker {
  private readonly channel: Channel;
  private readonly clock: Clock;
  /** By number, from the moment they are asked for: orders for one that is still being opened wait for it. */
  private readonly places = new Map<number, Promise<Place | undefined>>();
  private readonly opened = new Map<number, Place>();

  constructor(channel: Channel, clock: Clock) {
    this.channel = channel;
    this.clock = clock;
  }

  follow(order: Order): void {
    if (order.kind === "open-router" || order.kind === "open-reads") {
      this.places.set(order.id, this.open(order));
      return;
    }
    // Listeners of one promise run in the order in which they came: so do the orders. One for a port that
    // is closed by now was on its way already.
    void this.places.get(order.id)?.then((found) => {
      if (found !== undefined) this.carryOut(order, found);
    });
  }

  count(): void {
    const routers: Extract<Report, { kind: "counts" }>["routers"] = [];
    const reads: Extract<Report, { kind: "counts" }>["reads"] = [];
    for (const [id, place] of this.opened) {
      const told = place.kept.take();
      if (told !== undefined) this.channel.send({ kind: "ends", id, ...told });
      if (place.kind === "router") routers.push({ id, counts: place.router.stats() });
      else reads.push({ id, counts: place.router.stats() });
    }
    this.channel.send({ kind: "counts", routers, reads });
  }

  private async open(order: Opening): Promise<Place | undefined> {
    const { id } = order;
    try {
      const place = await open(order, this.clock, new KeptEnds());
      this.opened.set(id, place);
      this.channel.send({ kind: "opened", id, address: place.router.address });
      return place;
    } catch (error) {
      if (!(error instanceof BatonError)) throw error;
      this.channel.send({ kind: "failed", id, code: error.code, message: error.message });
      return undefined;
    }
  }

  private carryOut(order: Exclude<Order, Opening>, place: Place): void {
    if (order.kind === "drain") return void this.end(order.id, place.router.drain(order.ms));
    if (order.kind === "close") return void this.end(order.id, place.router.close());
    if (place.kind === "reads") {
      assert(order.kind === "offer", `a port for reads takes no order to ${order.kind}`);
      return place.router.offer(order.offer);
    }
    assert(order.kind !== "offer", "a port for the primary takes no offer of replicas");
    if (order.kind === "route") return place.router.setRoute(order.route);
    if (order.kind === "confirmations") return place.router.setConfirmations(order.confirmations);
    if (order.kind === "learn") return place.router.learn(order.commands);
    if (order.kind === "hold") return void this.hold(order, place.router);
    return place.router.release();
  }

  private async hold({ id, reason, holdNumber }: Extract<Order, { kind: "hold" }>, router: Router) {
    const isSettled = await router.hold(reason);
    this.channel.send({ kind: "settled", id, holdNumber, isSettled });
  }

  private async end(id: number, ended: Promise<void>): Promise<void> {
    await ended;
    // What it has counted last, before it is forgotten.
    this.count();
    this.opened.delete(id);
    this.places.delete(id);
    this.channel.send({ kind: "closed", id });
  }
}

/** The channel of a process that was started with one. @throws BatonError USAGE in any other. */
export function channelOfProcess(): Channel {
  const gone = new AbortController();
  process.once("disconnect", () => gone.abort("the end of the process that started this one"));
  if (!process.connected)
    throw new BatonError("USAGE", "this command is started by `baton router`, not by hand");
  return {
    gone: gone.signal,
    // A report that cannot be sent has nobody left to read it: `gone` tells.
    send: (report) => void process.send?.(report, undefined, {}, () => undefined),
    onOrders: (listener) => void process.on("message", listener),
  };
}

/** Runs until the process that started this one is gone, and with it everything that could be right. */
export async function runWorker(channel: Channel, clock: Clock = systemClock): Promise<void> {
  const worker = new Worker(channel, clock);
  channel.onOrders((message) => {
    for (const order of ordersFrom(message)) worker.follow(order);
  });
  channel.send({ kind: "ready" });
  while (!channel.gone.aborted) {
    worker.count();
    await clock.sleep(COUNTS_EVERY_MS, channel.gone).catch(() => undefined);
  }
}
