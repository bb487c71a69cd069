// What a drill yields. DrillResult is the machine-readable contract of `baton drill run --json`:
// keys are only ever added.

export type Verdict = "held" | "broken" | "unknown";

/** How a client reaches the primary. */
export type Way = "router" | "sentinel" | "hard-coded";

/** What a client that reads from replicas was shown. */
export interface Reads {
  readonly asked: number;
  /** Showed less than what had been acknowledged when the read was sent. */
  readonly stale: number;
  readonly failed: number;
  /** How long the oldest write that a read did not show had been acknowledged; 0 when none was stale. */
  readonly stalestMs: number;
}

export interface ClientResult {
  readonly id: string;
  /**
   * `router`: a plain Redis client through Baton's router; `ioredis-sentinel`: ioredis in its own
   * Sentinel mode; `hard-coded`: a plain client to the address of the first primary; the others:
   * `baton drill list`, or the name of a program.
   */
  readonly kind: string;
  /** Fault to the first acknowledged write that survived; null when there was none. */
  readonly outageMs: number | null;
  readonly longestCallMs: number;
  /**
   * Longest time without an acknowledged write that survived, from the last one before the fault on;
   * null when none came after it.
   */
  readonly longestGapMs: number | null;
  /** Connections that it had and lost, from the fault to the end of the drill. */
  readonly closed: number;
  readonly errors: Readonly<Record<string, number>>;
  readonly sent: number;
  readonly acknowledged: number;
  readonly lost: number;
  readonly unknown: number;
  readonly way: Way;
  /** What a program says of itself; null for a client in the drill's own process. */
  readonly program: string | null;
  /** Writes that are there more than once. */
  readonly duplicated: number;
  /**
   * True when it did not write again within 20 s after the cluster was whole, or its program ended; null
   * for a client that is not to: it keeps to the address of the first primary.
   */
  readonly stuck: boolean | null;
  /** What went wrong with the program itself; null when nothing did. */
  readonly complaint: string | null;
  /** null when it was not asked to read. */
  readonly reads: Reads | null;
}

/** One promise that was judged. */
export interface PromiseResult {
  /** rto, no-failover, rpo, fence, quiet-cure, whole, ...: `PROMISES` of report/words.ts names them. */
  readonly promise: string;
  readonly verdict: Verdict;
  readonly sentence: string;
}

/** A number of the cluster's configuration, with the sentence that explains it. */
export interface TimingResult {
  /** As `baton explain` calls it: downAfterMs, quorum, ... */
  readonly name: string;
  readonly value: number;
  readonly reason: string;
  /** `derived` from the objectives, or `set` by hand in the cluster file. */
  readonly origin: "derived" | "set";
}

export interface HostResult {
  readonly name: string;
  readonly zone: string;
  readonly address: string;
  readonly runs: readonly string[];
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

/** By kind of client, without those that keep to an address. */
export interface MedianMs {
  readonly router: number | null;
  readonly "ioredis-sentinel": number | null;
  readonly [kind: string]: number | null;
}

/** Acknowledgements of a node that was not the primary any more: what fencing is there to end. */
export interface Stale {
  /**
   * First reply of the old primary after the cure, in ms after the fault. Where the primary lived on:
   * the first acknowledged write that was lost, null when none was.
   */
  readonly answeredAtMs: number | null;
  /**
   * From `answeredAtMs` to the last acknowledgement that counted for nothing; null when it could not
   * be measured.
   */
  readonly windowMs: number | null;
  readonly acknowledged: number;
  /** How many of them are not on the final primary. */
  readonly lost: number;
  readonly objectiveMs: number;
}

/** A place outside Redis that leads clients to the primary, as it was seen past the agents. */
export interface TargetResult {
  readonly name: string;
  readonly kind: string;
  /** From the fault until it led to the final primary for good; null: it did not have to, or never did. */
  readonly followedMs: number | null;
  /** Whether it leads to the final primary in the end; null when it could never be seen. */
  readonly isLed: boolean | null;
  /** How it went back to an older epoch, or to the old primary after the new one; null when it never did. */
  readonly wentBack: string | null;
  /** The one that it holds in the end; null where it can hold none. */
  readonly epoch: number | null;
  /** ADDRESS:PORT in the end; null when it could never be seen. */
  readonly leadsTo: string | null;
  /** Why it could not be seen at the end; null when it could. */
  readonly silence: string | null;
}

export interface DrillResult {
  readonly fault: string;
  readonly verdict: Verdict;
  /** Each promise that was judged, in one sentence, worst first. */
  readonly reasons: readonly string[];
  /** The same promises, each with its own verdict, in the same order. */
  readonly promises: readonly PromiseResult[];
  readonly rto: {
    readonly objectiveMs: number;
    /**
     * `outage`: fault to the first write that survived. `longest-gap`: where the primary lived on,
     * the first such write proves nothing, and the longest time between two is measured.
     */
    readonly measures: "outage" | "longest-gap";
    /**
     * The worst one of the clients on the router, or where Baton does not run, of those that ask the
     * Sentinels; null when a client never wrote again.
     */
    readonly measuredMs: number | null;
    /**
     * Median over the clients of each kind, for comparison; null when no client of the kind wrote
     * again, or none took part.
     */
    readonly medianMs: MedianMs;
    /** Only there where no writes are promised before the cure. */
    readonly isPromised?: false | undefined;
  };
  readonly rpo: {
    /** As in the cluster file: "5s", "none". */
    readonly objective: string;
    readonly objectiveMs: number | null;
    /** How long a time the acknowledged writes that were lost come from; 0 when none was. */
    readonly measuredMs: number;
    readonly acknowledged: number;
    readonly lost: number;
    readonly unknown: number;
    readonly duplicated: number;
  };
  /** null for a fault that leaves no client at the address of an old primary. */
  readonly stale: Stale | null;
  /** Resynchronisations that all nodes together granted between fault and end. */
  readonly resyncs: { readonly full: number; readonly partial: number };
  readonly clients: readonly ClientResult[];
  /** Of a lab whose agents serve targets; empty everywhere else. */
  readonly targets: readonly TargetResult[];
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
    /** Agents and routers ran; false: Sentinel alone, for comparison. */
    readonly baton: boolean;
    /** Of the router: see docs/router.md. */
    readonly durability: "async" | "replicated";
    readonly timings: readonly TimingResult[];
    readonly hosts: readonly HostResult[];
    /** Only there for a drill on the hosts of a deployment, over SSH. */
    readonly place?: "hosts" | undefined;
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
