// What the deciding part takes and yields. See decide.ts for the rules.
import type { Endpoint } from "../cluster/types.ts";

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
  "second-primary": "A node that is not the agreed primary takes the role of one.",
  "replica-down": "A replica does not answer.",
  "replica-not-in-sync": "A replica is not connected to the primary.",
  "too-few-replicas": "The primary has fewer online replicas than it needs to take writes.",
  "primary-unknown-node": "The Sentinels name a primary that is not in the cluster file.",
  "observer-doubt": "This observer was stalled or its clock jumped; it waits for a fresh look.",
} as const satisfies Record<string, string>;
export type ProblemCode = keyof typeof PROBLEMS;
