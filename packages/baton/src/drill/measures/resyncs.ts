// How many replicas had to copy everything again, and how many only what they had missed.
import type { DrillResult } from "../types.ts";

/** What one node says of itself: INFO's run_id, sync_full and sync_partial_ok. */
export interface SyncCounts {
  readonly run: string;
  readonly full: number;
  readonly partial: number;
}

const NEVER: Pick<SyncCounts, "full" | "partial"> = { full: 0, partial: 0 };

/** Summed over the nodes, by host. A node that was started again counts from zero. */
export function resyncsBetween(
  before: ReadonlyMap<string, SyncCounts>,
  after: ReadonlyMap<string, SyncCounts>,
): DrillResult["resyncs"] {
  let full = 0;
  let partial = 0;
  for (const [host, now] of after) {
    const earlier = before.get(host);
    const from = earlier?.run === now.run ? earlier : NEVER;
    full += now.full - from.full;
    partial += now.partial - from.partial;
  }
  return { full, partial };
}
