// What a Sentinel runs with, held against what follows from the cluster file. Pure.
import type { Timings } from "../cluster/types.ts";
import type { HeardView } from "./agree.ts";

export interface WrongSetting {
  /** As sentinel.conf calls it. */
  readonly name: string;
  readonly is: number;
  readonly wanted: number;
}

export function wrongSettings(view: HeardView, timings: Timings): readonly WrongSetting[] {
  const { downAfterMs, failoverTimeoutMs, parallelSyncs, quorum } = timings;
  const all: readonly WrongSetting[] = [
    { name: "down-after-milliseconds", is: view.downAfterMs, wanted: downAfterMs.value },
    { name: "failover-timeout", is: view.failoverTimeoutMs, wanted: failoverTimeoutMs.value },
    { name: "parallel-syncs", is: view.parallelSyncs, wanted: parallelSyncs.value },
    { name: "quorum", is: view.quorum, wanted: quorum.value },
  ];
  return all.filter(({ is, wanted }) => is !== wanted);
}
