// The failover of one simulated Sentinel: election, choice, promotion, reconfiguration, and all the ways in
// which it ends early.
import { DOWN_AFTER_MS, FAILOVER_TIMEOUT_MS, INFO_MS, type Known, PING_MS } from "./known.ts";
import type { Sentinel } from "./sentinel.ts";

export interface Vote {
  readonly leader: string;
  readonly epoch: number;
}

type State = "none" | "wait-start" | "select" | "send" | "wait-promotion" | "reconf";

const RECONF_MS = 10_000;

export class Failover {
  state: State = "none";
  chosen: string | undefined;
  epoch = 0;
  /** Also set by a vote for somebody else: the own turn comes two failover-timeouts later. */
  startedMs = -1e9;
  private changedMs = 0;
  private isForced = false;
  private readonly sentinel: Sentinel;

  constructor(sentinel: Sentinel) {
    this.sentinel = sentinel;
  }

  reset(): void {
    this.state = "none";
    this.chosen = undefined;
    this.isForced = false;
    this.startedMs = -1e9;
  }

  /** SENTINEL FAILOVER: no election, nobody is asked. */
  order(): "OK" | "INPROG" | "NOGOODSLAVE" {
    if (this.state !== "none") return "INPROG";
    if (this.select() === undefined) return "NOGOODSLAVE";
    this.begin();
    this.isForced = true;
    return "OK";
  }

  startIfNeeded(): boolean {
    const { sentinel } = this;
    const { nowMs } = sentinel.around.engine;
    if (this.state !== "none" || !sentinel.isObjectivelyDown()) return false;
    if (nowMs - this.startedMs < 2 * FAILOVER_TIMEOUT_MS) return false;
    this.begin();
    return true;
  }

  move(): void {
    const { sentinel } = this;
    const { nowMs } = sentinel.around.engine;
    if (this.state === "wait-start") this.waitForVotes(nowMs);
    else if (this.state === "select") this.choose();
    else if (this.state === "send") {
      const { node, downSinceMs } = sentinel.of(this.chosen ?? "");
      if (downSinceMs === undefined) {
        sentinel.replicaOf(node, undefined);
        this.enter("wait-promotion");
      } else if (nowMs - this.changedMs > FAILOVER_TIMEOUT_MS) this.abort("slave-timeout");
    } else if (this.state === "wait-promotion") {
      if (nowMs - this.changedMs > FAILOVER_TIMEOUT_MS) this.abort("slave-timeout");
    } else if (this.state === "reconf") this.reconfigure(nowMs);
  }

  /** INFO of a replica. @returns whether that was all there is to do about it. */
  learn(known: Known): boolean {
    const { sentinel } = this;
    const { of } = known.info ?? {};
    if (known.node.id === this.chosen && of === undefined && this.state === "wait-promotion") {
      sentinel.configEpoch = this.epoch;
      sentinel.around.won(this.epoch, this.chosen);
      this.enter("reconf");
      sentinel.tellEverybody();
      return true;
    }
    if (this.state === "reconf" && known.reconf === "sent" && of === this.chosen) known.reconf = "done";
    return false;
  }

  private enter(state: State): void {
    const { sentinel } = this;
    this.state = state;
    this.changedMs = sentinel.around.engine.nowMs;
    sentinel.around.engine.say(
      () => `${sentinel.name}: ${state} ${this.chosen ?? ""} epoch ${this.epoch}`,
    );
    sentinel.around.entered(sentinel);
  }

  private abort(why: string): void {
    const { sentinel, startedMs } = this;
    sentinel.around.engine.say(
      () => `${sentinel.name}: failover of epoch ${this.epoch} aborted: ${why}`,
    );
    this.reset();
    this.startedMs = startedMs;
  }

  private begin(): void {
    const { sentinel } = this;
    sentinel.currentEpoch += 1;
    this.epoch = sentinel.currentEpoch;
    this.startedMs = sentinel.around.engine.nowMs + sentinel.aSecond();
    this.enter("wait-start");
  }

  private waitForVotes(nowMs: number): void {
    if (this.isForced || this.isElected()) this.enter("select");
    else if (nowMs - this.startedMs > FAILOVER_TIMEOUT_MS) this.abort("not-elected");
  }

  private isElected(): boolean {
    const { sentinel } = this;
    const votes = [...sentinel.peers.values()].flatMap(({ vote }) =>
      vote?.epoch === this.epoch ? [vote.leader] : [],
    );
    const leading = votes.find(
      (leader) => votes.filter((one) => one === leader).length * 2 > votes.length,
    );
    const own = sentinel.voteFor(this.epoch, leading ?? sentinel.runId);
    const all = own?.epoch === this.epoch ? [...votes, own.leader] : votes;
    return all.filter((leader) => leader === sentinel.runId).length >= sentinel.quorum;
  }

  private choose(): void {
    this.chosen = this.select();
    if (this.chosen === undefined) this.abort("no-good-slave");
    else this.enter("send");
  }

  /** By priority, then offset, then name; whoever is down, stale, or has been alone for long is left out. */
  private select(): string | undefined {
    const { sentinel } = this;
    const { nowMs } = sentinel.around.engine;
    const { downSinceMs: primaryDownMs } = sentinel.of(sentinel.primary);
    const infoMs = primaryDownMs === undefined ? 3 * INFO_MS : 5 * PING_MS;
    const linkDownMs = (primaryDownMs === undefined ? 0 : nowMs - primaryDownMs) + 10 * DOWN_AFTER_MS;
    const fit = [...sentinel.known.values()].flatMap(({ node, downSinceMs, pongMs, info }) => {
      if (node.id === sentinel.primary || downSinceMs !== undefined || info === undefined) return [];
      const isStale = nowMs - pongMs > 5 * PING_MS || nowMs - info.atMs > infoMs;
      if (isStale || info.priority === 0 || info.linkDownMs > linkDownMs) return [];
      return [{ id: node.id, ...info }];
    });
    fit.sort((a, b) => a.priority - b.priority || b.offset - a.offset || (a.id < b.id ? -1 : 1));
    return fit[0]?.id;
  }

  /** One replica at a time (parallel-syncs 1); it ends when all follow, or are down, or it took too long. */
  private reconfigure(nowMs: number): void {
    const { sentinel, chosen } = this;
    if (chosen === undefined) return;
    const others = [...sentinel.known.values()].filter(
      ({ node }) => node.id !== chosen && node.id !== sentinel.primary,
    );
    for (const known of others)
      if (known.reconf === "sent" && nowMs - known.reconfMs > RECONF_MS) known.reconf = "done";
    const left = others.filter(
      ({ reconf, downSinceMs }) => reconf !== "done" && downSinceMs === undefined,
    );
    const isTimedOut = nowMs - this.changedMs > FAILOVER_TIMEOUT_MS;
    if (isTimedOut) for (const { node } of left) sentinel.replicaOf(node, chosen);
    if (isTimedOut || left.length === 0) {
      sentinel.isStray = sentinel.configEpoch !== this.epoch;
      sentinel.switchTo(chosen);
      return;
    }
    if (others.some(({ reconf }) => reconf === "sent")) return;
    const [next] = left;
    if (next === undefined) return;
    sentinel.replicaOf(next.node, chosen);
    next.reconf = "sent";
    next.reconfMs = nowMs;
  }
}
