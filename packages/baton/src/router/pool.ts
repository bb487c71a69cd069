// The processes that serve clients: starts them, passes orders on to them, and replaces the ones that end.
import cluster, { type Worker as ClusterWorker } from "node:cluster";
import { BatonError, ERRORS, type ErrorCode } from "../errors.ts";
import { type Clock, slowness } from "../sys/clock.ts";
import { missing, seen, waitFor } from "../sys/wait.ts";
import { type Order, type Report, reportFrom } from "./messages.ts";
import type { SharedPort } from "./shared-port.ts";

export interface PoolOptions {
  readonly count: number;
  /** Node, its flags, and the program that runs `runWorker` when it is given `args`. */
  readonly command: readonly [string, ...string[]];
  readonly args: readonly string[];
  readonly clock: Clock;
  readonly say: (line: string) => void;
}

export interface PoolStats {
  readonly wanted: number;
  /** Workers that listen to orders. */
  readonly running: number;
  /** Workers that ended without being told to. */
  readonly deaths: number;
}

/**
 * Node reads into 64 KiB of fresh memory each time. Freed, it goes back to the kernel as soon as glibc has
 * 128 KiB to spare, and has to be taken page by page for the next read: with values of 64 KiB that is more
 * work than to pass them on. A process can be told so only before it starts.
 */
const MEMORY = { MALLOC_TRIM_THRESHOLD_: "268435456", MALLOC_TOP_PAD_: "16777216" } as const;
const START_MS = 30_000;
const END_MS = 2_000;
const BACKOFF_MS_MIN = 100;
const BACKOFF_MS_MAX = 10_000;
/** A worker that lived for so long did not die of being started. */
const SETTLED_MS = 60_000;
const TICK_MS = 1_000;
/**
 * So many ticks without a word, and a worker is stuck. Ticks are counted and not time: while this process
 * stands still itself, nobody becomes guilty of silence.
 */
const SILENT_TICKS_MAX = 20;

interface Member {
  readonly worker: ClusterWorker;
  readonly startedMs: number;
  /** Orders of this moment, which leave as one message when it is over. */
  orders: Order[];
  isReady: boolean;
  silentTicks: number;
}

function errorFrom({ code, message }: Extract<Report, { kind: "failed" }>): BatonError {
  return new BatonError(code in ERRORS ? (code as ErrorCode) : "UNABLE", message);
}

export class Pool {
  private readonly options: PoolOptions;
  private readonly members = new Map<number, Member>();
  private readonly ports = new Map<number, SharedPort>();
  private readonly ending = new AbortController();
  private deaths = 0;
  /** Workers in a row that ended before they had settled. */
  private failures = 0;

  constructor(options: PoolOptions) {
    this.options = options;
    const [exec, ...flags] = options.command.toReversed();
    // This process accepts and hands connections out in turn. The other policy, all workers accepting from
    // one socket, saves a message for each connection and lets the kernel choose: it wakes the same one
    // again and again. Sessions with Redis last, so that what counts is how evenly they lie.
    cluster.schedulingPolicy = cluster.SCHED_RR;
    const execArgv = flags.toReversed().slice(1);
    cluster.setupPrimary({ exec: exec ?? "", execArgv, args: [...options.args] });
    for (let index = 0; index < options.count; index += 1) this.start();
    void this.watch();
  }

  stats(): PoolStats {
    const running = [...this.members.values()].filter(({ isReady }) => isReady).length;
    return { wanted: this.options.count, running, deaths: this.deaths };
  }

  /** Resolves when every worker serves the port. @throws BatonError PORT_BUSY, UNABLE, NOT_READY */
  async open(port: SharedPort): Promise<void> {
    const { count, clock } = this.options;
    this.ports.set(port.id, port);
    this.order(port.opening);
    const what = `${count} router processes to listen`;
    const look = () => {
      if (port.failure !== undefined) return seen(port.failure);
      const served = port.servedBy.size;
      return served >= count ? seen(undefined) : missing(`${count - served} of them`);
    };
    const failure = await waitFor(what, look, { withinMs: START_MS, everyMs: 10, clock });
    if (failure === undefined) return;
    this.ports.delete(port.id);
    throw failure;
  }

  /** To every worker that runs, as one message with all that is ordered in the same moment. */
  order(order: Order): void {
    for (const member of this.members.values()) if (member.isReady) this.tell(member, order);
  }

  /** Ends a port by an order that does so, and forgets it; workers that do not follow are ended. */
  async end(port: SharedPort, order: Order, withinMs: number): Promise<void> {
    if (!this.ports.has(port.id)) return;
    port.isEnding = true;
    this.order(order);
    const { clock } = this.options;
    const look = () => (port.servedBy.size === 0 ? seen(undefined) : missing("their answer"));
    await waitFor("router processes to close a port", look, { withinMs, everyMs: 10, clock }).catch(
      () => {
        for (const id of port.servedBy) this.members.get(id)?.worker.process.kill("SIGKILL");
      },
    );
    this.ports.delete(port.id);
  }

  async close(): Promise<void> {
    this.ending.abort();
    const { clock } = this.options;
    for (const { worker } of this.members.values()) if (worker.isConnected()) worker.disconnect();
    const look = () => (this.members.size === 0 ? seen(undefined) : missing(`${this.members.size}`));
    const gone = () =>
      waitFor("router processes to end", look, { withinMs: END_MS, everyMs: 10, clock });
    await gone().catch(async () => {
      for (const { worker } of this.members.values()) worker.process.kill("SIGKILL");
      await gone();
    });
  }

  private start(): void {
    const { clock } = this.options;
    // Whoever runs this may know better.
    const worker = cluster.fork({ ...MEMORY, ...process.env });
    const startedMs = clock.monotonicMs();
    const member: Member = { worker, startedMs, orders: [], isReady: false, silentTicks: 0 };
    this.members.set(worker.id, member);
    worker.on("message", (message: unknown) => {
      member.silentTicks = 0;
      const report = reportFrom(message);
      if (report !== undefined) return this.heard(member, report);
      // As after an update on disk, which a later worker is started from: no reason for this one to die.
      this.options.say(`router process ${worker.process.pid} says what is not understood, and is ended`);
      worker.process.kill("SIGKILL");
    });
    worker.process.once("exit", (code, signal) => this.ended(member, signal ?? `code ${code}`));
    // Without a pid it was never started, and never exits. Any other error is a message that failed.
    worker.on("error", (error) => {
      if (worker.process.pid === undefined) this.ended(member, error.message);
    });
  }

  private tell(member: Member, order: Order): void {
    if (member.orders.push(order) > 1) return;
    queueMicrotask(() => {
      const orders = member.orders.splice(0);
      // One that cannot be told anything has died, and its exit will say so.
      if (member.worker.isConnected())
        member.worker.process.send?.(orders, undefined, {}, () => undefined);
    });
  }

  private heard(member: Member, report: Report): void {
    const { id } = member.worker;
    if (report.kind === "ready") {
      member.isReady = true;
      for (const port of this.ports.values()) {
        if (port.isEnding) continue;
        for (const order of [port.opening, ...port.present()]) this.tell(member, order);
      }
    } else if (report.kind === "counts") {
      for (const { id: port, counts } of [...report.routers, ...report.reads])
        this.ports.get(port)?.counted(id, counts);
    } else this.heardOf(member, report);
  }

  private heardOf({ worker }: Member, report: Extract<Report, { id: number }>): void {
    const port = this.ports.get(report.id);
    if (port === undefined) return;
    if (report.kind === "opened") return port.opened(worker.id, report.address);
    if (report.kind === "ends") {
      for (const end of report.ends) port.accessLog?.ended(end);
      return port.accessLog?.lost(report.lost);
    }
    if (report.kind === "closed") return void port.left(worker.id);
    if (report.kind === "settled") return port.settled(worker.id, report.holdNumber, report.isSettled);
    port.failure = errorFrom(report);
    // The first opening tells its caller; a worker that came later has to try it again, as another.
    if (port.address !== undefined) worker.process.kill("SIGKILL");
  }

  private ended(member: Member, how: string): void {
    const { worker, startedMs } = member;
    if (!this.members.delete(worker.id)) return;
    const lost = [...this.ports.values()].reduce((sum, port) => sum + port.left(worker.id), 0);
    if (this.ending.signal.aborted) return;
    this.deaths += 1;
    const { clock, say } = this.options;
    this.failures = clock.monotonicMs() - startedMs >= SETTLED_MS ? 0 : this.failures + 1;
    const ceilingMs = Math.min(BACKOFF_MS_MAX, BACKOFF_MS_MIN * 2 ** Math.max(0, this.failures - 1));
    // Not less than half: what ends at once must not be started in a tight circle.
    const pauseMs = Math.round(ceilingMs * (0.5 + Math.random() / 2));
    const whose = `router process ${worker.process.pid ?? "without a pid"}`;
    say(`${whose} ended (${how}) with ${lost} sessions; another starts in ${pauseMs} ms`);
    clock.sleep(pauseMs, this.ending.signal).then(
      () => this.start(),
      // There is one reason: the pool is closed.
      () => undefined,
    );
  }

  private async watch(): Promise<void> {
    const { clock, say } = this.options;
    const { signal } = this.ending;
    while (!signal.aborted) {
      await clock.sleep(TICK_MS, signal).catch(() => undefined);
      for (const member of this.members.values()) {
        member.silentTicks += 1;
        if (member.silentTicks <= SILENT_TICKS_MAX * slowness()) continue;
        say(`router process ${member.worker.process.pid} has said nothing for too long, and is ended`);
        member.worker.process.kill("SIGKILL");
      }
    }
  }
}
