// What was seen, without a word of judgement: one Observation is all views and all nodes of a group
// at one moment.
import type { RunningDrill } from "../cluster/drill-note.ts";
import type { Endpoint } from "../cluster/types.ts";

/** A replica as one Sentinel lists it (SENTINEL REPLICAS). */
export interface ReplicaView extends Endpoint {
  readonly flags: readonly string[];
  readonly priority: number;
  readonly offsetBytes: number;
  readonly link: string;
  /** Empty until it has answered INFO to this Sentinel since that began to list it. */
  readonly runId?: string;
  /** How long this Sentinel has been waiting for the answer to a PING; 0: it waits for none. */
  readonly pingWaitMs?: number;
  /** Since it last answered a PING well. */
  readonly pingAgeMs?: number;
  /** Since it last answered INFO to this Sentinel. */
  readonly infoAgeMs?: number;
  /** For how long its link to the primary is down; negative: it never was up. */
  readonly linkDownMs?: number;
}

/** Another Sentinel as one Sentinel lists it (SENTINEL SENTINELS). */
export interface PeerView extends Endpoint {
  readonly runId: string;
  readonly flags: readonly string[];
  /** Run id it voted for, and in which epoch; undefined when it has not voted. */
  readonly vote: { readonly leader: string; readonly epoch: number } | undefined;
}

/**
 * No answer that could be used, and why. `isRefused`: somebody is there and does not let this observer
 * in (WRONGPASS, NOPERM).
 */
export interface NoAnswer {
  readonly reason: string;
  readonly isRefused: boolean;
}

interface Silence extends NoAnswer {
  readonly kind: "silent";
}

/** What one Sentinel says about one group. */
export type View =
  | {
      readonly kind: "heard";
      /** The plan's id of the Sentinel: its host's name. */
      readonly sentinel: string;
      readonly runId: string;
      readonly primary: Endpoint;
      /** Flags of the primary: s_down, o_down, failover_in_progress, ... */
      readonly flags: readonly string[];
      readonly configEpoch: number;
      readonly quorum: number;
      readonly downAfterMs: number;
      readonly failoverTimeoutMs: number;
      readonly parallelSyncs: number;
      /** How long it has been waiting for the primary's answer to a PING; 0: it waits for none. */
      readonly pingWaitMs?: number;
      /** For how long it has held the primary to be down; absent while it does not. */
      readonly downForMs?: number;
      readonly replicas: readonly ReplicaView[];
      readonly peers: readonly PeerView[];
      readonly tilt: boolean;
      /**
       * SENTINEL DEBUG's table: tilt-period, info-period, ... in ms. Empty where the Sentinel has
       * no such command.
       */
      readonly debug: Readonly<Record<string, number>>;
    }
  | (Silence & { readonly sentinel: string });

/** A planned change of the primary that is under way, as it stands in the group's own Redis. */
export interface Handover {
  /** Never used again: tells one switchover from the next. */
  readonly id: string;
  /** Ids of nodes in the layout. */
  readonly from: string;
  readonly to: string;
  /** The config-epoch that the Sentinels agreed on when it began. */
  readonly epoch: number;
  /** `moving`: from here on clients wait and `to` may become primary at any moment. */
  readonly phase: "preparing" | "moving";
}

/** Maintenance, as it stands in the group's own Redis. */
export interface Pause {
  /** ISO 8601, UTC: when it ends by itself. */
  readonly until: string;
  readonly by: string;
}

/** One target as the agent that serves it has written down in the group's own Redis. */
export interface TargetNote {
  readonly name: string;
  /** The host of that agent. */
  readonly host: string;
  /** `host`: each host that serves it has one of its own; `shared`: it is one for all. */
  readonly reach: "host" | "shared";
  /** It leads to the primary, and nothing is known that would stop it from following the next. */
  readonly ok: boolean;
  readonly sentence: string;
}

/** What a node says besides its role; left out where it did not say. */
export interface NodeRemarks {
  /** It reads its data from disk and takes no writes yet. */
  readonly isLoading?: boolean;
  readonly handover?: Handover;
  readonly pause?: Pause;
  readonly drill?: RunningDrill;
  readonly targets?: readonly TargetNote[];
  /** Of all databases. */
  readonly keys?: number;
  /** The history that its data belongs to: a restart or a promotion begins a new one. */
  readonly replicationId?: string;
  readonly replicaPriority?: number;
  readonly pingPeriodSeconds?: number;
  /** How much of its replication stream it keeps. */
  readonly backlogBytes?: number;
  /** Replicas that count for `min-replicas-to-write`; only where it needs some. */
  readonly goodReplicas?: number;
  /** From the question to this answer, connecting included. */
  readonly tookMs?: number;
}

/** What a node is asked now and then besides, because it changes slowly; left out where it did not say. */
export interface NodeVitals {
  readonly node: string;
  /** Monotonic milliseconds of the question. */
  readonly atMs: number;
  /** Resyncs in full that it has served since its start. */
  readonly fullResyncs?: number;
  readonly usedBytes?: number;
  /** 0: it may use as much as there is. */
  readonly maxBytes?: number;
  readonly isSnapshotOk?: boolean;
  /** Only where it keeps an append-only file. */
  readonly isAppendOnlyOk?: boolean;
  /** By directive, as CONFIG GET says it: those that could be read. */
  readonly settings: Readonly<Record<string, string>>;
}

/** What one Redis process says about itself (ROLE). */
export type NodeView =
  | (NodeRemarks & {
      readonly kind: "primary";
      readonly node: string;
      readonly offsetBytes: number;
      /** Replicas that are online for it, as ROLE lists them. */
      readonly replicas: readonly (Endpoint & { readonly offsetBytes: number })[];
    })
  | (NodeRemarks & {
      readonly kind: "replica";
      readonly node: string;
      readonly of: Endpoint;
      /** connect, connecting, sync, connected */
      readonly link: string;
      readonly offsetBytes: number;
    })
  | (Silence & { readonly node: string });

export interface Observation {
  readonly group: string;
  /** Monotonic milliseconds when the last answer was in. */
  readonly atMs: number;
  readonly views: readonly View[];
  readonly nodes: readonly NodeView[];
}
