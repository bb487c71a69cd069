// What there is to tell of a session when it has ended: who it was, where it went, how long, how much. No
// word of what was said.
import type { Endpoint } from "../cluster/types.ts";
import type { Clock } from "../sys/clock.ts";

/** How sessions end; `refused` on the port for reads, the others with `refused` by the bound that was met. */
export const ENDINGS = [
  "closed",
  "cut",
  "lost",
  "garbage",
  "unconfirmed",
  "refused",
  "refused-time",
  "refused-count",
  "refused-sessions",
] as const;

export interface SessionEnd {
  /** Milliseconds since 1970. */
  readonly atWallMs: number;
  /** Whom a balancer's header names; else who connected. */
  readonly client: Endpoint;
  /** The node that it was connected to last. */
  readonly node?: string;
  readonly durationMs: number;
  /** Not told by the port for reads, which does not look into what it forwards. */
  readonly commands?: number;
  /** Of what was encrypted: what was in it. */
  readonly bytesFromClient: number;
  readonly bytesToClient: number;
  readonly end: (typeof ENDINGS)[number];
}

/** Where ends of sessions are told. */
export interface EndSink {
  ended(end: SessionEnd): void;
  /** So many more have ended, and nothing is known of them any more: there were too many at a time. */
  lost(count: number): void;
}

/** The sessions of one port that go on, for the sake of what is told of them afterwards. */
export class Visits {
  private readonly clock: Clock;
  private readonly sink: EndSink | undefined;
  private readonly begun = new Map<object, { readonly client: Endpoint; readonly sinceMs: number }>();

  /** Without a sink nothing is remembered. */
  constructor(clock: Clock, sink: EndSink | undefined) {
    this.clock = clock;
    this.sink = sink;
  }

  begin(session: object, client: Endpoint): void {
    if (this.sink === undefined) return;
    this.begun.set(session, { client, sinceMs: this.clock.monotonicMs() });
  }

  end(session: object, facts: Omit<SessionEnd, "atWallMs" | "client" | "durationMs">): void {
    const visit = this.begun.get(session);
    if (visit === undefined) return;
    this.begun.delete(session);
    const { client, sinceMs } = visit;
    const durationMs = Math.round(this.clock.monotonicMs() - sinceMs);
    this.sink?.ended({ atWallMs: this.clock.wallMs(), client, durationMs, ...facts });
  }
}

/** As many as there may be sessions: all of them can be cut at once. */
export const ENDS_KEPT_MAX = 10_000;

/** Keeps ends until they are taken, for whoever tells them in batches. */
export class KeptEnds implements EndSink {
  private ends: SessionEnd[] = [];
  private lostCount = 0;

  ended(end: SessionEnd): void {
    if (this.ends.length < ENDS_KEPT_MAX) this.ends.push(end);
    else this.lostCount += 1;
  }

  lost(count: number): void {
    this.lostCount += count;
  }

  /** @returns undefined when there is nothing to tell. */
  take(): { readonly ends: SessionEnd[]; readonly lost: number } | undefined {
    if (this.ends.length === 0 && this.lostCount === 0) return undefined;
    const taken = { ends: this.ends, lost: this.lostCount };
    this.ends = [];
    this.lostCount = 0;
    return taken;
  }
}
