// Everything a drill has recorded, before anybody judges it.
import type { GroupPlan } from "../cluster/types.ts";
import type { LabHandle } from "../lab/index.ts";
import type { Audited } from "./audit.ts";
import type { Fault, Injected } from "./fault.ts";
import type { LedgerEntry } from "./types.ts";
import type { Seen } from "./watch.ts";
import type { WorkloadClient } from "./workload/client.ts";

export interface Facts {
  readonly fault: Fault;
  readonly lab: Pick<LabHandle, "layout" | "wires">;
  readonly group: GroupPlan;
  readonly versions: Readonly<Record<string, string>>;
  readonly injected: Injected;
  readonly cure: { readonly atMs: number; readonly sentence: string };
  /** When the cluster was seen whole again; undefined when it was not. */
  readonly wholeMs: number | undefined;
  /** What did not come true in time, in sentences. */
  readonly findings: readonly string[];
  readonly entries: readonly LedgerEntry[];
  readonly audited: Audited;
  readonly clients: readonly WorkloadClient[];
  readonly seen: readonly Seen[];
  readonly startedAt: string;
  readonly endedMs: number;
  /** Longest time for which the drill's own process stood still. */
  readonly stalledMs: number;
}
