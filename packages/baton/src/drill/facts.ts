// Everything a drill has recorded, before anybody judges it.
import type { GroupPlan } from "../cluster/types.ts";
import type { DrillSite } from "./site.ts";
import type { Audited } from "./audit.ts";
import type { Reading } from "./measures/reads.ts";
import type { Deed, Fault, Injected } from "./fault.ts";
import type { DrillResult, LedgerEntry } from "./types.ts";
import type { Seen } from "./watch.ts";
import type { WorkloadClient } from "./workload/client.ts";

/** From when on, and for how long, a client that follows the primary was waited for at the end. */
export interface LastWait {
  readonly sinceMs: number;
  readonly withinMs: number;
}

export interface Facts {
  readonly fault: Fault;
  readonly lab: Pick<DrillSite, "layout" | "wires" | "hosts">;
  readonly group: GroupPlan;
  readonly versions: Readonly<Record<string, string>>;
  readonly injected: Injected;
  /** undefined where nothing was broken. */
  readonly cure: Deed | undefined;
  /** The end of what was set going; undefined where the fault was over at once, or it failed. */
  readonly ended: Deed | undefined;
  /** When the old primary answered the probe after the cure; undefined when never, or not probed. */
  readonly probedMs: number | undefined;
  readonly finalPrimary: string;
  /** When the cluster was seen whole again; undefined when it was not. */
  readonly wholeMs: number | undefined;
  /** What did not come true in time, in sentences. */
  readonly findings: readonly string[];
  readonly entries: readonly LedgerEntry[];
  readonly audited: Audited;
  readonly clients: readonly Omit<WorkloadClient, "write" | "read" | "close">[];
  /** Of the clients that were asked to read. */
  readonly readings: ReadonlyMap<string, readonly Reading[]>;
  readonly lastWait: LastWait;
  /** Connections lost between fault and end, by client. */
  readonly closed: ReadonlyMap<string, number>;
  readonly targets: DrillResult["targets"];
  readonly resyncs: DrillResult["resyncs"];
  readonly seen: readonly Seen[];
  readonly startedAt: string;
  readonly endedMs: number;
  /** Longest time for which the drill's own process stood still. */
  readonly stalledMs: number;
  /** By how much this machine's clock has moved against its monotonic one since the fault. */
  readonly clockJumpMs: number;
  /** Without agents and routers. */
  readonly isStock?: boolean;
}
