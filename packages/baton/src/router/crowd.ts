// All sessions of a router: how many there may be, how many may wait, and what became of them.
import type { Socket } from "node:net";
import { CONFIRMATIONS_FRESH_MS, type Confirmations, type Route } from "../decide/types.ts";
import { type CommandTable, bareTable } from "./commands.ts";
import { refuse } from "./refuse.ts";
import { Session, type SessionContext, type SessionEvent } from "./session.ts";

export interface CrowdOptions
  extends Pick<SessionContext, "clock" | "sourceAddress" | "holdMs" | "connectMs"> {
  readonly holdSessions: number;
  readonly sessionsMax: number;
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
}

export class Crowd {
  private readonly options: CrowdOptions;
  private readonly context: SessionContext;
  private table: CommandTable = bareTable;
  private confirmations: Confirmations = { kind: "not-asked" };
  private confirmationsMs = 0;
  private readonly sessions = new Set<Session>();
  private readonly held = new Set<Session>();
  private readonly counts = {
    accepted: 0,
    released: 0,
    moved: 0,
    cut: 0,
    garbage: 0,
    unconfirmed: 0,
    bytesFromClients: 0,
    bytesFromPrimary: 0,
  };
  private readonly refused = { holdTime: 0, holdSessions: 0, sessions: 0 };
  /** Why all wait at present; undefined when they need not. */
  private heldReason: string | undefined;

  constructor(options: CrowdOptions) {
    this.options = options;
    this.context = {
      clock: options.clock,
      sourceAddress: options.sourceAddress,
      holdMs: options.holdMs,
      connectMs: options.connectMs,
      lookup: (name) => this.table.lookup(name),
      requirement: () => this.requirement(),
      refusalToHold: () =>
        this.held.size < options.holdSessions
          ? undefined
          : `${options.holdSessions} clients wait for a primary already`,
      happened: (event, session) => this.happened(event, session),
    };
  }

  admit(client: Socket, route: Route): void {
    const { sessionsMax, clock } = this.options;
    this.counts.accepted += 1;
    if (this.sessions.size >= sessionsMax) {
      this.refused.sessions += 1;
      return refuse(client, `baton: ${sessionsMax} clients are connected already`, clock, "TRYAGAIN");
    }
    const session = new Session(client, this.context);
    this.sessions.add(session);
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
    let { bytesFromClients, bytesFromPrimary } = this.counts;
    for (const session of this.sessions) {
      bytesFromClients += session.client.bytesRead;
      bytesFromPrimary += session.upstreamBytes;
    }
    return {
      sessions: this.sessions.size,
      held: this.held.size,
      accepted: this.counts.accepted,
      released: this.counts.released,
      moved: this.counts.moved,
      cut: this.counts.cut,
      garbage: this.counts.garbage,
      unconfirmed: this.counts.unconfirmed,
      refused: { ...this.refused },
      bytesFromClients,
      bytesFromPrimary,
    };
  }

  private requirement(): Confirmations {
    const { confirmations } = this;
    if (confirmations.kind !== "asked") return confirmations;
    const ageMs = this.options.clock.monotonicMs() - this.confirmationsMs;
    if (ageMs <= CONFIRMATIONS_FRESH_MS) return confirmations;
    const reason = `nobody has told for ${Math.round(ageMs)} ms which replicas count`;
    return { kind: "refused", reason };
  }

  private happened(event: SessionEvent, session: Session): void {
    if (event === "held") {
      this.held.add(session);
      return;
    }
    this.held.delete(session);
    if (event === "released" || event === "moved") {
      this.counts[event] += 1;
      return;
    }
    this.sessions.delete(session);
    this.counts.bytesFromClients += session.client.bytesRead;
    this.counts.bytesFromPrimary += session.upstreamBytes;
    if (event === "cut" || event === "garbage" || event === "unconfirmed") this.counts[event] += 1;
    if (event === "refused-time") this.refused.holdTime += 1;
    if (event === "refused-count") this.refused.holdSessions += 1;
  }
}
