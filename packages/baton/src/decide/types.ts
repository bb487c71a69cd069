// What the deciding part takes and yields. See decide.ts for the rules.
import type { Endpoint } from "../cluster/types.ts";
import type { Handover } from "../observe/types.ts";

/** Where clients should go. The epoch is Sentinel's config-epoch, the fencing token. */
export type Route =
  | {
      readonly kind: "primary";
      /** Id of the node in the layout. */
      readonly node: string;
      readonly endpoint: Endpoint;
      readonly epoch: number;
      /** False while a majority of the Sentinels has not yet confirmed it: the early route. */
      readonly confirmed: boolean;
    }
  | { readonly kind: "none"; readonly reason: string };

/**
 * What a node was when it last answered, in the light of what the Sentinels agreed on. The difference
 * between an old primary that is back and a new one that no majority has named yet is only there.
 */
export type Standing = { readonly kind: "agreed" } | { readonly kind: "replica" } | Stray;

/**
 * Says that it is primary, and no majority agrees. `returned`: it was the agreed one before.
 * `promoted`: it was a replica, or nothing was known of it.
 */
export interface Stray {
  readonly kind: "returned" | "promoted";
  /** Monotonic milliseconds. */
  readonly sinceMs: number;
  /** How often this agent has decided to fence it, and when at the earliest it may again. */
  readonly attempts: number;
  readonly nextMs: number;
}

/** How a replica has kept up with the primary lately; see decide/caught-up.ts. */
export interface ReplicaRecord {
  /** What it has yet to read, from which primary, and since when; undefined when it owes nothing. */
  readonly owed: { readonly to: string; readonly bytes: number; readonly sinceMs: number } | undefined;
  readonly keepsUp: boolean;
  /** Since when `keepsUp` is what it is. Monotonic milliseconds. */
  readonly sinceMs: number;
  /** Since when it has said that its replica-priority is 0; silence in between does not end it. */
  readonly zeroSinceMs: number | undefined;
}

/**
 * How long a router may use what it was told last. A turn of the loop takes at most 800 ms while all is
 * calm, and 1,300 with hundreds of groups; an agent that says nothing for longer no longer knows who could
 * be promoted.
 */
export const CONFIRMATIONS_FRESH_MS = 2_000;

/** How many replicas must confirm a write before a router tells its client that it is done. */
export type Confirmations =
  /** `durability: async`. */
  | { readonly kind: "not-asked" }
  /** `replicas` is how many there are in `names`, and what WAIT has to be told: at least 1. */
  | { readonly kind: "asked"; readonly replicas: number; readonly names: readonly string[] }
  /** No replica can keep a write: it must not be acknowledged, whatever WAIT says. */
  | { readonly kind: "refused"; readonly reason: string };

/** What the decider must remember between turns. Only `epochSeenMax` outlives the process (on disk). */
export interface Memory {
  /** Newest config-epoch that a majority of Sentinels has ever named. */
  readonly epochSeenMax: number;
  readonly route: Route;
  /**
   * Since when the present early route waits for a majority; undefined when the route is confirmed
   * or none.
   */
  readonly earlySinceMs: number | undefined;
  /** Epochs up to this one had their chance of an early route and were withdrawn. */
  readonly withdrawnEpoch: number;
  /** By id of the node. */
  readonly standings: Readonly<Record<string, Standing>>;
  /** The switchover that is under way, and since when this agent knows of its phase. */
  readonly handover: (Handover & { readonly sinceMs: number }) | undefined;
  /** Whether this agent's routers keep clients waiting because of a switchover. */
  readonly isHoldingClients: boolean;
  /** Since when a node has settings that only a switchover gives it, without any under way. */
  readonly leftoverSinceMs: Readonly<Record<string, number>>;
  /** By id of the node; only with `durability: replicated`. */
  readonly replicas: Readonly<Record<string, ReplicaRecord>>;
  /** The agreed primary when it last held data: to know it again when it has lost it. */
  readonly data:
    | { readonly node: string; readonly replicationId: string; readonly keys: number }
    | undefined;
}

/** Reasons to distrust the observer itself; any of them makes the turn a hold. */
export type Doubt =
  | { readonly kind: "stalled"; readonly forMs: number }
  | { readonly kind: "clock-jumped"; readonly byMs: number };

/**
 * One thing to do, or to leave, with the reason as a sentence for the log, the journal and the
 * dashboard.
 */
export type Decision =
  | { readonly kind: "route"; readonly route: Route; readonly reason: string }
  | { readonly kind: "hold"; readonly reason: string }
  | { readonly kind: "stay"; readonly reason: string }
  | {
      readonly kind: "attach-replica";
      readonly node: string;
      readonly to: Endpoint;
      readonly epoch: number;
      readonly reason: string;
    }
  /** Make a node a replica of the primary at once, cut its clients, keep it so over a restart. */
  | {
      readonly kind: "fence";
      readonly node: string;
      readonly to: Endpoint;
      readonly epoch: number;
      /** Also to give it priority 0: with other data than the primary's it must not be promoted. */
      readonly isExcluded?: true;
      /** Whose word makes `to` the primary: the Sentinels', or that of the switchover under way. */
      readonly by: "agreement" | "handover";
      readonly reason: string;
    }
  | {
      readonly kind: "hold-clients";
      /** The switchover for which they wait, and the node that they wait to leave. */
      readonly handover: Pick<Handover, "id" | "from">;
      readonly reason: string;
    }
  | { readonly kind: "release-clients"; readonly reason: string }
  /** Put back what a switchover that died has left on a node. */
  | {
      readonly kind: "restore-settings";
      readonly node: string;
      readonly settings: Readonly<Record<string, string>>;
      readonly reason: string;
    }
  /** Give it priority 0, so that Sentinel does not promote it, and keep that over a restart. */
  | {
      readonly kind: "exclude-replica";
      readonly node: string;
      readonly primary: Endpoint;
      readonly epoch: number;
      /** What it gets back when nobody else is left. */
      readonly priority: number;
      /** Replicas that could be promoted in its place: at least one must still be there afterwards. */
      readonly beside: readonly string[];
      readonly reason: string;
    }
  /** Give it back the priority that every node starts with. */
  | {
      readonly kind: "include-replica";
      readonly node: string;
      readonly priority: number;
      readonly primary: Endpoint;
      readonly epoch: number;
      readonly reason: string;
    }
  | {
      readonly kind: "tune-sentinel";
      readonly sentinel: string;
      readonly debug: Readonly<Record<string, number>>;
      readonly reason: string;
    };

/** A named situation. Codes are stable; people search for them. */
export interface Problem {
  readonly code: ProblemCode;
  readonly severity: "error" | "warning" | "info";
  readonly message: string;
}

export const PROBLEMS = {
  "sentinels-silent":
    "Less than a majority of the Sentinels answers: no failover can happen, or this observer is cut off.",
  "observer-refused":
    "Sentinels or nodes do not let this observer in: password or rights of the user agent.",
  "sentinel-silent": "A Sentinel does not answer.",
  "sentinels-split": "The Sentinels name different primaries.",
  "sentinel-tilt": "A Sentinel is in TILT mode and takes no part in failovers.",
  "sentinel-settings-differ": "A Sentinel runs with other settings than the cluster file asks for.",
  "epoch-older": "The Sentinels name an epoch older than one already seen.",
  "primary-down": "The agreed primary does not answer.",
  "primary-not-primary": "The agreed primary says that it is a replica.",
  "failover-running": "A failover is under way.",
  "switchover-running": "A planned change of the primary is under way.",
  maintenance: "Baton is paused: agents watch and do nothing until the pause ends by itself.",
  "fence-failing": "A node that must not take writes cannot be made a replica.",
  "second-primary": "A node that is not the agreed primary takes the role of one.",
  "primary-empty":
    "The primary was restarted without its data: its replicas are about to be emptied, or have been.",
  "replica-down": "A replica does not answer.",
  "replica-not-in-sync": "A replica is not connected to the primary.",
  "replica-excluded":
    "A replica is kept from being promoted until it has caught up: `durability: replicated`.",
  "writes-refused": "No replica can confirm a write: `durability: replicated` refuses all of them.",
  "too-few-replicas": "The primary has fewer online replicas than it needs to take writes.",
  "primary-unknown-node": "The Sentinels name a primary that is not in the cluster file.",
  "notices-failing": "People were to be told of something, and a channel could not be reached.",
  "observer-doubt": "This observer was stalled or its clock jumped; it waits for a fresh look.",
} as const satisfies Record<string, string>;
export type ProblemCode = keyof typeof PROBLEMS;
