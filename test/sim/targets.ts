// Targets of a simulated run: a record shared by all agents that compares epochs itself, and one beside each
// agent that only this agent writes. The worker follows the rules of the product's.
import type { Route } from "../../packages/baton/src/decide/types.ts";
import { Bell, type Engine, Process, type Task } from "./engine.ts";

type PrimaryRoute = Extract<Route, { kind: "primary" }>;
export interface Place {
  readonly node: string;
  readonly epoch: number;
}

const CHECK_EVERY_MS = 5_000;
const RETRY_MS = 200;
const TURN_MS = 300;
const FRESH_MS = 3_000;

export class Target extends Process {
  readonly isShared: boolean;
  holds: Place | undefined;
  private readonly onWrite: (target: Target, place: Place, isConfirmed: boolean) => void;

  constructor(
    name: string,
    host: string,
    isShared: boolean,
    onWrite: (target: Target, place: Place, isConfirmed: boolean) => void,
  ) {
    super(name, host);
    this.isShared = isShared;
    this.onWrite = onWrite;
  }

  /** The shared one compares and sets in one go; the other one takes what its only writer says. */
  set(place: Place, isConfirmed: boolean): boolean {
    if (this.isShared && this.holds !== undefined && place.epoch < this.holds.epoch) return false;
    this.holds = place;
    this.onWrite(this, place, isConfirmed);
    return true;
  }
}

/** What one agent knows of one target; the record is on disk. */
export class Worker {
  readonly target: Target;
  private readonly engine: Engine;
  private readonly owner: Process;
  private readonly rank: number;
  private readonly record: { epoch: number; applied: Place | undefined; isWriting: boolean } = {
    epoch: -1,
    applied: undefined,
    isWriting: false,
  };
  private confirmed: PrimaryRoute | undefined;
  private desired: PrimaryRoute | undefined;
  private allowedMs: number | undefined;
  private dueMs = 0;
  private readonly bell: Bell;

  constructor(engine: Engine, owner: Process, target: Target, rank: number) {
    this.engine = engine;
    this.owner = owner;
    this.target = target;
    this.rank = rank;
    this.bell = new Bell(engine);
  }

  boot(): void {
    this.confirmed = undefined;
    this.desired = undefined;
    this.allowedMs = undefined;
    this.engine.start(this.owner, this.run());
  }

  offer(route: Route, mayAct: boolean): void {
    const { nowMs } = this.engine;
    this.allowedMs = mayAct ? nowMs : undefined;
    if (!mayAct) return;
    if (route.kind === "primary" && route.confirmed) {
      if (route.epoch < Math.max(this.record.epoch, this.confirmed?.epoch ?? -1)) return;
      this.confirmed = route;
    }
    const isFollowed = route.kind === "primary" && (route.confirmed || !this.target.isShared);
    const wanted = isFollowed ? route : this.confirmed;
    const { desired } = this;
    const isNew =
      wanted !== undefined && (wanted.node !== desired?.node || wanted.epoch !== desired.epoch);
    if (isNew) this.dueMs = nowMs + (this.target.isShared ? this.rank * TURN_MS : 0);
    else if (wanted?.confirmed === true && desired?.confirmed === false) this.dueMs = nowMs;
    this.desired = wanted;
    this.bell.ring();
  }

  private isAllowed(): boolean {
    return this.allowedMs !== undefined && this.engine.nowMs - this.allowedMs < FRESH_MS;
  }

  private *run(): Task {
    const { engine, owner } = this;
    for (;;) {
      const waitMs = this.dueMs - engine.nowMs;
      if (this.desired === undefined || !this.isAllowed()) yield this.bell.wait(owner, CHECK_EVERY_MS);
      else if (waitMs > 0) yield this.bell.wait(owner, waitMs);
      else {
        const isDone = yield* this.attempt(this.desired);
        this.dueMs = engine.nowMs + (isDone ? CHECK_EVERY_MS : engine.between(50, RETRY_MS));
      }
    }
  }

  /** Read, compare, write only on a difference, read again. */
  private *attempt(desired: PrimaryRoute): Task<boolean> {
    const { engine, owner, target, record } = this;
    const { node, epoch, confirmed } = desired;
    const read = yield* engine.call(owner, target, () => ({ place: target.holds }));
    if (read === undefined) return false;
    const found = read.place;
    if (target.isShared && found !== undefined && found.epoch > epoch) return false;
    if (confirmed) record.epoch = Math.max(record.epoch, epoch);
    const isThere = found?.node === node && found.epoch === epoch;
    if (isThere && !record.isWriting) return true;
    record.isWriting = true;
    yield engine.sleep(owner, engine.between(0, 10));
    if (!this.isAllowed()) return false;
    const place = { node, epoch };
    const isTaken = yield* engine.call(owner, target, () => target.set(place, confirmed));
    if (isTaken !== true) return false;
    record.isWriting = false;
    record.applied = place;
    return true;
  }
}
