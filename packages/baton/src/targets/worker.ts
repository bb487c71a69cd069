// Keeps one target where the route says: reads, compares, writes only on a difference, reads again. One
// attempt at a time, and the newest route wins.
import type { Route } from "../decide/types.ts";
import { InvariantBroken } from "../errors.ts";
import { type Clock, slowness } from "../sys/clock.ts";
import { ApiRefusal, textOf } from "./api/refusal.ts";
import type { TargetMemory } from "./memory.ts";
import { openProving, type Proving } from "./proving.ts";
import type { KnownTarget } from "./settings.ts";
import type { TargetNews, TargetState } from "./state.ts";
import {
  endpointText,
  isSameEndpoint,
  type Place,
  type Reading,
  RouteRejected,
  type Surroundings,
  type Target,
  TryLater,
} from "./target.ts";

/** How often a target that is right is looked at again, unless it says so itself: somebody may change it. */
const CHECK_EVERY_MS = 5_000;
const BACKOFF_FIRST_MS = 100;
/** The next of the hosts that share a target acts so much later, and looks first. */
const TURN_MS = 300;
/** An agent that was frozen must not act on what it knew before: its next turn comes within a second. */
const FRESH_MS = 3_000;

type PrimaryRoute = Extract<Route, { kind: "primary" }>;

export interface WorkerParts {
  readonly known: KnownTarget;
  /** 0 acts at once. */
  readonly rank: number;
  readonly memory: TargetMemory;
  readonly clock: Clock;
  readonly surroundings: Surroundings;
  /** For the journal. Must not throw. */
  readonly write: (news: TargetNews) => void;
}

const isSame = (one: Place, other: Place): boolean =>
  one.epoch === other.epoch && isSameEndpoint(one.endpoint, other.endpoint);

/** Where the target holds an epoch it has to be the right one too. */
const isThere = (found: Reading | undefined, wanted: Place): boolean =>
  found !== undefined &&
  isSameEndpoint(found.endpoint, wanted.endpoint) &&
  (found.epoch === undefined || found.epoch === wanted.epoch);

export class Worker {
  private readonly parts: WorkerParts;
  private readonly done: Promise<void>;
  private target: Target | undefined;
  /** The newest route that a majority has confirmed: what an early one falls back to. */
  private confirmed: PrimaryRoute | undefined;
  private desired: PrimaryRoute | undefined;
  private desiredAtMs = 0;
  /** Since when this agent's own turns allow it to act; undefined while it holds. */
  private allowedAtMs: number | undefined;
  private dueAtMs = 0;
  private attempts = 0;
  private hasGivenUp = false;
  private observed: Reading | undefined;
  private isInSync = false;
  private lastError: string | undefined;
  private toldError: string | undefined;
  private readonly proving: Proving;
  private lastChangedAt: string | undefined;
  private latencyMs: number | undefined;
  private isEnding = false;
  /** Ends the present pause. */
  private waking = new AbortController();
  /** Ends the present attempt: it took too long, or a newer route has made it pointless. */
  private attempting = new AbortController();

  constructor(parts: WorkerParts) {
    this.parts = parts;
    this.proving = openProving(parts);
    this.done = this.run();
  }

  /**
   * The route of a turn. While there is none the target stays where it is: a switched-off target helps
   * nobody, and the answer to "who is primary" is mostly the same afterwards.
   */
  offer(route: Route, mayAct: boolean): void {
    const { clock, known, memory, rank } = this.parts;
    if (!mayAct) {
      this.allowedAtMs = undefined;
      return;
    }
    this.allowedAtMs = clock.monotonicMs();
    if (route.kind === "primary" && route.confirmed) {
      const newest = Math.max(memory.of(known.plan.name).epoch, this.confirmed?.epoch ?? -1);
      if (route.epoch < newest) return this.refuse(route.epoch, newest);
      this.confirmed = route;
    }
    const isFollowed = route.kind === "primary" && (route.confirmed || known.kind.followsEarly);
    // An early route that was withdrawn is none: back to what was confirmed before.
    const wanted = isFollowed ? route : this.confirmed;
    if (wanted !== undefined && (this.desired === undefined || !isSame(wanted, this.desired))) {
      this.attempts = 0;
      this.hasGivenUp = false;
      this.isInSync = false;
      this.desiredAtMs = this.allowedAtMs;
      this.dueAtMs = this.allowedAtMs + (known.kind.reach === "shared" ? rank * TURN_MS : 0);
      this.attempting.abort();
    } else if (wanted?.confirmed && this.desired?.confirmed === false) {
      // Nothing to write, but its epoch may now be remembered.
      this.dueAtMs = this.allowedAtMs;
    }
    this.desired = wanted;
    this.waking.abort();
  }

  state(): TargetState {
    const { plan, kind } = this.parts.known;
    const { desired, observed } = this;
    return {
      name: plan.name,
      kind: plan.kind,
      group: plan.group,
      reach: kind.reach,
      desired: desired && { endpoint: desired.endpoint, epoch: desired.epoch },
      observed: observed && { endpoint: observed.endpoint, epoch: observed.epoch },
      isInSync: this.isInSync,
      lastError: this.lastError,
      problems: this.proving.problems(),
      lastChangedAt: this.lastChangedAt,
      latencyMs: this.latencyMs,
      attempts: this.attempts,
    };
  }

  async close(): Promise<void> {
    this.isEnding = true;
    this.waking.abort();
    this.attempting.abort();
    await this.done;
    await this.target?.close?.();
  }

  private refuse(epoch: number, newest: number): void {
    const { name } = this.parts.known.plan;
    const { path } = this.parts.memory;
    const advice = `if the cluster was built anew, remove ${path}`;
    this.fail(`epoch ${epoch} is older than ${newest}, which ${name} was already given; ${advice}`);
  }

  /** `shown`: with what is different each time. */
  private fail(reason: string, shown = reason): void {
    const { write, known } = this.parts;
    this.lastError = shown;
    this.isInSync = false;
    // Once for every reason, not for every attempt.
    if (reason === this.toldError) return;
    this.toldError = reason;
    const { name, kind, group } = known.plan;
    const facts = { target: name, kind, attempts: this.attempts };
    write({ kind: "failed", group, sentence: `target ${name}: ${shown}`, facts });
  }

  private isAllowed(): boolean {
    const nowMs = this.parts.clock.monotonicMs();
    return this.allowedAtMs !== undefined && nowMs - this.allowedAtMs < FRESH_MS * slowness();
  }

  private async run(): Promise<void> {
    const { clock } = this.parts;
    while (!this.isEnding) {
      const { desired } = this;
      const waitMs = this.dueAtMs - clock.monotonicMs();
      if (desired === undefined || this.hasGivenUp || !this.isAllowed())
        await this.pause(CHECK_EVERY_MS);
      else if (waitMs > 0) await this.pause(waitMs);
      else await this.attempt(desired);
    }
  }

  private async pause(ms: number): Promise<void> {
    this.waking = new AbortController();
    await this.parts.clock.sleep(ms, this.waking.signal).catch(() => undefined);
  }

  private async attempt(desired: PrimaryRoute): Promise<void> {
    const { clock, known, surroundings } = this.parts;
    const attempting = new AbortController();
    this.attempting = attempting;
    this.attempts += 1;
    let timer: NodeJS.Timeout | undefined;
    try {
      this.target ??= await known.kind.open(known.settings, surroundings);
      const limitMs = this.target.deadlineMs * slowness();
      const late = new Error(`no end within ${limitMs} ms`);
      timer = setTimeout(() => attempting.abort(late), limitMs);
      const isDone = await this.reconcile(this.target, desired, attempting.signal);
      if (!isDone || this.isOvertaken(desired)) return;
      this.isInSync = true;
      this.attempts = 0;
      this.lastError = undefined;
      this.toldError = undefined;
      this.dueAtMs = clock.monotonicMs() + (this.target.checkEveryMs ?? CHECK_EVERY_MS);
      clearTimeout(timer);
      await this.proving.look(this.target, attempting.signal);
    } catch (error) {
      if (error instanceof InvariantBroken) throw error;
      // The newer route has said itself when it is due.
      if (!this.isEnding && !this.isOvertaken(desired)) this.afterFailure(error as Error);
    } finally {
      clearTimeout(timer);
    }
  }

  private isOvertaken(desired: PrimaryRoute): boolean {
    return this.desired === undefined || !isSame(this.desired, desired);
  }

  private afterFailure(error: Error): void {
    const { target, attempts } = this;
    const isDenied = error instanceof ApiRefusal && [401, 403].includes(error.status);
    // Its credentials may have been replaced: they are read again by the next attempt.
    if (isDenied) {
      this.target = undefined;
      target?.close?.().catch(() => undefined);
    }
    this.hasGivenUp = error instanceof RouteRejected || attempts >= (target?.attemptsMax ?? Infinity);
    const end = this.hasGivenUp ? "; no further attempt before the next epoch" : "";
    this.fail(`${error.message}${end}`, `${textOf(error)}${end}`);
    // What only a person can mend is asked no more often than what is right: clouds count requests.
    const mostMs = Math.max(CHECK_EVERY_MS, isDenied ? (target?.checkEveryMs ?? 0) : 0);
    const ceilingMs = Math.min(mostMs, BACKOFF_FIRST_MS * 2 ** (attempts - 1));
    const pauseMs = (error instanceof TryLater ? error.afterMs : 0) + Math.random() * ceilingMs;
    this.dueAtMs = this.parts.clock.monotonicMs() + pauseMs;
  }

  /** @returns false when the agent may not act any more: its next turn decides. */
  private async reconcile(target: Target, desired: PrimaryRoute, signal: AbortSignal): Promise<boolean> {
    const { memory, known } = this.parts;
    const { name } = known.plan;
    const { endpoint, epoch } = desired;
    const before = await this.look(target, signal);
    const record = memory.of(name);
    if (before?.epoch !== undefined && before.epoch > epoch) {
      throw new Error(
        `holds epoch ${before.epoch} (${endpointText(before.endpoint)}), and ${epoch} is older`,
      );
    }
    const begun = { epoch: desired.confirmed ? Math.max(record.epoch, epoch) : record.epoch };
    if (record.writing === undefined && isThere(before, desired)) {
      const isNoted =
        record.epoch === begun.epoch && record.applied !== undefined && isSame(record.applied, desired);
      if (!isNoted) await memory.set(name, { ...begun, applied: { endpoint, epoch } });
      return true;
    }
    await memory.set(name, { ...record, ...begun, writing: { endpoint, epoch } });
    signal.throwIfAborted();
    // As late as possible: between the look and this line the process may have stood still.
    if (!this.isAllowed()) return false;
    await this.write(target, { desired, before }, signal);
    await memory.set(name, { ...begun, applied: { endpoint, epoch } });
    return true;
  }

  private async look(target: Target, signal: AbortSignal): Promise<Reading | undefined> {
    if (target.read !== undefined) this.observed = await target.read(signal);
    else {
      const { applied } = this.parts.memory.of(this.parts.known.plan.name);
      this.observed = applied && { ...applied, raw: "as delivered" };
    }
    return this.observed;
  }

  private async write(
    target: Target,
    { desired, before }: { readonly desired: PrimaryRoute; readonly before: Reading | undefined },
    signal: AbortSignal,
  ): Promise<void> {
    const { clock, known, rank } = this.parts;
    const { name, kind, group } = known.plan;
    const { endpoint, epoch } = desired;
    const from = before?.endpoint;
    const role = rank === 0 ? "leader" : "observer";
    await target.write({ group, endpoint, epoch, from, role }, signal);
    const after =
      target.read === undefined ? { endpoint, epoch, raw: "as delivered" } : await target.read(signal);
    this.observed = after;
    if (!isThere(after, desired))
      throw new Error(`was written and still says ${after?.raw ?? "nothing"}`);
    this.lastChangedAt = new Date(clock.wallMs()).toISOString();
    this.latencyMs = clock.monotonicMs() - this.desiredAtMs;
    const { attempts, latencyMs } = this;
    const facts = { target: name, kind, endpoint, epoch, from, latencyMs, attempts };
    const sentence = `target ${name} leads to ${endpointText(endpoint)} (epoch ${epoch})`;
    this.parts.write({ kind: "done", group, sentence, facts });
  }
}
