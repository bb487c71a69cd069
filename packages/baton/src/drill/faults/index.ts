// The explicit index of faults, alphabetical.
import type { Fault } from "../fault.ts";
import { killPrimary } from "./kill-primary.ts";
import { returnAfterCrash } from "./return-after-crash.ts";
import { returnAfterFreeze } from "./return-after-freeze.ts";
import { returnAfterPartition } from "./return-after-partition.ts";
import { sentinelFailover } from "./sentinel-failover.ts";
import { switchover } from "./switchover.ts";

export const faults: readonly Fault[] = [
  killPrimary,
  returnAfterCrash,
  returnAfterFreeze,
  returnAfterPartition,
  sentinelFailover,
  switchover,
];
