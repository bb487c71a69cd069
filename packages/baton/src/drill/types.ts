// What a drill yields. DrillResult is the machine-readable contract of `baton drill run --json`:
// keys are only ever added.

export type Verdict = "held" | "broken" | "unknown";

export interface ClientResult {
  readonly id: string;
  /**
   * `router`: a plain Redis client through Baton's router; `ioredis-sentinel`: ioredis in its own
   * Sentinel mode.
   */
  readonly kind: "router" | "ioredis-sentinel";
  /** Fault to the first acknowledged write that survived; null when there was none. */
  readonly outageMs: number | null;
  readonly longestCallMs: number;
  readonly errors: Readonly<Record<string, number>>;
  readonly sent: number;
  readonly acknowledged: number;
  readonly lost: number;
  readonly unknown: number;
}

export interface TimelineEntry {
  /** Milliseconds after the fault; negative before it. */
  readonly atMs: number;
  /**
   * fault, +sdown, +odown, elected, promoted, route, confirmed, first-write, cure, demoted, whole,
   * ...
   */
  readonly event: string;
  /** Process or client that said or did it: h1, sentinel h2, router, client 3, drill. */
  readonly who: string;
  readonly detail: string;
}

export interface DrillResult {
  readonly fault: string;
  readonly verdict: Verdict;
  /** Each promise that was judged, in one sentence, worst first. */
  readonly reasons: readonly string[];
  readonly rto: {
    readonly objectiveMs: number;
    /** The worst outage of the clients on the router; null when a client never wrote again. */
    readonly measuredMs: number | null;
    /**
     * Median over the clients of each kind, for comparison; null when no client of the kind wrote
     * again.
     */
    readonly medianMs: Readonly<Record<ClientResult["kind"], number | null>>;
  };
  readonly rpo: {
    /** As in the cluster file: "5s", "none". */
    readonly objective: string;
    readonly objectiveMs: number | null;
    /** Age at the fault of the oldest acknowledged write that was lost; 0 when none was. */
    readonly measuredMs: number;
    readonly acknowledged: number;
    readonly lost: number;
    readonly unknown: number;
    readonly duplicated: number;
  };
  readonly clients: readonly ClientResult[];
  readonly timeline: readonly TimelineEntry[];
  readonly cluster: {
    readonly name: string;
    readonly group: string;
    readonly versions: Readonly<Record<string, string>>;
    readonly downAfterMs: number;
    readonly failoverTimeoutMs: number;
    readonly nodes: number;
    readonly sentinels: number;
    readonly wires: boolean;
  };
  /** ISO time of the fault, UTC. */
  readonly startedAt: string;
  readonly durationMs: number;
  /** True when the drill proved that the cure made the cluster whole again. */
  readonly whole: boolean;
}

/** One write as the ledger keeps it. All times are milliseconds relative to the fault. */
export interface LedgerEntry {
  readonly client: string;
  /** Never reused within a drill. */
  readonly id: number;
  readonly sentAtMs: number;
  /** undefined while no answer came before the drill ended. */
  readonly settledAtMs: number | undefined;
  readonly outcome:
    | { readonly kind: "acknowledged" }
    /** The server refused it: certainly not executed. */
    | { readonly kind: "failed"; readonly error: string }
    /** Sent, and never told: may or may not be there. */
    | { readonly kind: "unknown"; readonly error: string };
}

/** Everything the report is drawn from. */
export interface DrillEvidence {
  readonly result: DrillResult;
  readonly ledger: readonly LedgerEntry[];
  /** Ids (by client) that were acknowledged and are not on the final primary. */
  readonly lost: ReadonlyMap<string, ReadonlySet<number>>;
}
