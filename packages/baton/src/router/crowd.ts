// All sessions of a router: how many there may be, how many may wait, and what became of them.
import type { Socket } from "node:net";
import type { Route } from "../decide/types.ts";
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
  /** Sessions reset because the primary moved, was lost, or the router closed. */
  readonly cut: number;
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
  private readonly sessions = new Set<Session>();
  private readonly held = new Set<Session>();
  private readonly counts = {
    accepted: 0,
    released: 0,
    cut: 0,
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
      return refuse(client, `${sessionsMax} clients are connected already`, clock);
    }
    const session = new Session(client, this.context);
    this.sessions.add(session);
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
      cut: this.counts.cut,
      refused: { ...this.refused },
      bytesFromClients,
      bytesFromPrimary,
    };
  }

  private happened(event: SessionEvent, session: Session): void {
    if (event === "held") {
      this.held.add(session);
      return;
    }
    this.held.delete(session);
    if (event === "released") {
      this.counts.released += 1;
      return;
    }
    this.sessions.delete(session);
    this.counts.bytesFromClients += session.client.bytesRead;
    this.counts.bytesFromPrimary += session.upstreamBytes;
    if (event === "cut") this.counts.cut += 1;
    if (event === "refused-time") this.refused.holdTime += 1;
    if (event === "refused-count") this.refused.holdSessions += 1;
  }
}
