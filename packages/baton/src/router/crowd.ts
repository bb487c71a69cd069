// All sessions of a router: how many there may be, how many may wait, and what became of them.
import type { Confirmations, Route } from "../decide/types.ts";
import { type CommandTable, bareTable } from "./commands.ts";
import type { Arrival } from "./entrance.ts";
import { type DurationCounts, Durations, HOLD_BOUNDS_MS, WAIT_BOUNDS_MS } from "./durations.ts";
import { asOfNow } from "./freshness.ts";
import { refuse } from "./refuse.ts";
import { Session, type SessionContext, type SessionEvent } from "./session.ts";
import { type EndSink, Visits } from "./visits.ts";

export interface CrowdOptions
  extends Pick<SessionContext, "clock" | "sourceAddress" | "upstreamTls" | "holdMs" | "connectMs"> {
  readonly holdSessions: number;
  readonly sessionsMax: number;
  /** Told of every session that has ended. */
  readonly accessLog: EndSink | undefined;
}

/** The first two are of this moment, all others count since the start. */
export interface CrowdStats {
  readonly sessions: number;
  /** Of these, the ones that wait for a primary. */
  readonly held: number;
  readonly accepted: number;
  /** Sessions that were held and then got their primary. */
  readonly released: number;
  /** Times that a session went from one primary to another and its client did not notice. */
  readonly moved: number;
  /** Sessions reset because they could not be moved along, or the router closed. */
  readonly cut: number;
  /** Sessions that a primary ended, which could not be moved and whose clients had not asked for it. */
  readonly lost: number;
  /** Clients that sent what is no command. */
  readonly garbage: number;
  /** Sessions ended because too few replicas had, or would have, what they wrote. */
  readonly unconfirmed: number;
  /** Clients told to try again, by the bound that they met. */
  readonly refused: {
    readonly holdTime: number;
    readonly holdSessions: number;
    readonly sessions: number;
  };
  readonly bytesFromClients: number;
  readonly bytesFromPrimary: number;
  /** Of clients, to primaries; one that was sent again counts again. Those of subscribers do not count. */
  readonly commands: number;
  /** How long clients waited for a primary, whether they got one or not; not those who still wait. */
  readonly holds: DurationCounts;
  /** How long replies were kept back until replicas had what was written, or it was given up. */
  readonly waits: DurationCounts;
}

export class Crowd {
  private readonly options: CrowdOptions;
  private readonly context: SessionContext;
  private table: CommandTable = bareTable;
  private confirmations: Confirmations = { kind: "not-asked" };
  private confirmationsMs = 0;
  private readonly sessions = new Set<Session>();
  private readonly visits: Visits;
  /** Since when, by a clock that never goes back. */
  private readonly held = new Map<Session, number>();
  private readonly counts = {
    accepted: 0,
    released: 0,
    moved: 0,
    cut: 0,
    lost: 0,
    garbage: 0,
    unconfirmed: 0,
    bytesFromClients: 0,
    bytesFromPrimary: 0,
    commands: 0,
  };
  private readonly refused = { holdTime: 0, holdSessions: 0, sessions: 0 };
  private readonly holds = new Durations(HOLD_BOUNDS_MS);
  private readonly waits = new Durations(WAIT_BOUNDS_MS);
  /** Why all wait at present; undefined when they need not. */
  private heldReason: string | undefined;

  constructor(options: CrowdOptions) {
    this.options = options;
    this.visits = new Visits(options.clock, options.accessLog);
    this.context = {
      clock: options.clock,
      sourceAddress: options.sourceAddress,
      upstreamTls: options.upstreamTls,
      holdMs: options.holdMs,
      connectMs: options.connectMs,
      lookup: (name) => this.table.lookup(name),
      requirement: () => this.requirement(),
      refusalToHold: () =>
        this.held.size < options.holdSessions
          ? undefined
          : `${options.holdSessions} clients wait for a primary already`,
      happened: (event, session) => this.happened(event, session),
      waited: (ms) => this.waits.add(ms),
    };
  }

  admit({ client, source }: Arrival, route: Route): void {
    const { sessionsMax, clock } = this.options;
    this.counts.accepted += 1;
    if (this.sessions.size >= sessionsMax) {
      this.refused.sessions += 1;
      this.visits.begin(client, source);
      this.visits.end(client, { end: "refused-sessions", bytesFromClient: 0, bytesToClient: 0 });
      return refuse(client, `baton: ${sessionsMax} clients are connected already`, clock, "TRYAGAIN");
    }
    const session = new Session(client, this.context);
    this.sessions.add(session);
    this.visits.begin(session, source);
    if (this.heldReason !== undefined) session.freeze();
    session.follow(this.heldReason === undefined ? route : { kind: "none", reason: this.heldReason });
  }

  hold(reason: string): void {
    this.heldReason = reason;
    for (const session of this.sessions) session.freeze();
  }

  release(route: Route): void {
    this.heldReason = undefined;
    for (const session of this.sessions) session.thaw();
    this.follow(route);
  }

  follow(route: Route): void {
    for (const session of this.sessions) session.follow(route);
  }

  /** What the primary's own table says of its commands, from now on. */
  learn(table: CommandTable): void {
    this.table = table;
  }

  /** Holds for a moment only: an agent that falls silent cannot know who could be promoted. */
  confirm(confirmations: Confirmations): void {
    this.confirmations = confirmations;
    this.confirmationsMs = this.options.clock.monotonicMs();
  }

  /** While all wait: how many have not come to the point where they can be moved unnoticed. */
  get unsettled(): number {
    let count = 0;
    for (const session of this.sessions) if (session.isUnsettled) count += 1;
    return count;
  }

  /** Each ends as soon as it owes its client nothing. */
  retireAll(): void {
    for (const session of this.sessions) session.retire();
  }

  cutAll(): void {
    for (const session of this.sessions) session.cut();
  }

  stats(): CrowdStats {
    let { bytesFromClients, bytesFromPrimary, commands } = this.counts;
    for (const session of this.sessions) {
      bytesFromClients += session.client.bytesRead;
      bytesFromPrimary += session.upstreamBytes;
      commands += session.commandsSent;
    }
    return {
      ...this.counts,
      sessions: this.sessions.size,
      held: this.held.size,
      refused: { ...this.refused },
      bytesFromClients,
      bytesFromPrimary,
      commands,
      holds: this.holds.counts(),
      waits: this.waits.counts(),
    };
  }

  private requirement(): Confirmations {
    return asOfNow(this.confirmations, this.options.clock.monotonicMs() - this.confirmationsMs);
  }

  private happened(event: SessionEvent, session: Session): void {
    const nowMs = () => this.options.clock.monotonicMs();
    if (event === "held") return void this.held.set(session, nowMs());
    const sinceMs = this.held.get(session);
    if (sinceMs !== undefined) this.holds.add(nowMs() - sinceMs);
    this.held.delete(session);
    if (event === "released" || event === "moved") {
      this.counts[event] += 1;
      return;
    }
    this.sessions.delete(session);
    this.counts.bytesFromClients += session.client.bytesRead;
    this.counts.bytesFromPrimary += session.upstreamBytes;
    this.counts.commands += session.commandsSent;
    this.visits.end(session, { end: event, ...session.facts() });
    if (event === "refused-time") this.refused.holdTime += 1;
    else if (event === "refused-count") this.refused.holdSessions += 1;
    else if (event !== "closed") this.counts[event] += 1;
  }
}
