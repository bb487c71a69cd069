// The explicit index of faults, alphabetical.
import type { Fault } from "../fault.ts";
import { coldStart } from "./cold-start.ts";
import { diskFull } from "./disk-full.ts";
import { freezeHost } from "./freeze-host.ts";
import { freezePrimary } from "./freeze-primary.ts";
import { killHost } from "./kill-host.ts";
import { killPrimary } from "./kill-primary.ts";
import { killSentinelMajority } from "./kill-sentinel-majority.ts";
import { killSentinelsAndPrimary } from "./kill-sentinels-and-primary.ts";
import { killZone } from "./kill-zone.ts";
import { lagThenKill } from "./lag-then-kill.ts";
import { partitionClientsInside } from "./partition-clients-inside.ts";
import { partitionFromReplicas } from "./partition-from-replicas.ts";
import { partitionFromSentinels } from "./partition-from-sentinels.ts";
import { partitionOneWay } from "./partition-one-way.ts";
import { rebornEmpty } from "./reborn-empty.ts";
import { returnAfterCrash } from "./return-after-crash.ts";
import { returnAfterFreeze } from "./return-after-freeze.ts";
import { returnAfterPartition } from "./return-after-partition.ts";
import { sentinelFailover } from "./sentinel-failover.ts";
import { slowNetwork } from "./slow-network.ts";
import { staleSentinel } from "./stale-sentinel.ts";
import { stopPrimary } from "./stop-primary.ts";
import { switchover } from "./switchover.ts";
import { targetDown } from "./target-down.ts";
import { tiltThenKill } from "./tilt-then-kill.ts";

export const faults: readonly Fault[] = [
  coldStart,
  diskFull,
  freezeHost,
  freezePrimary,
  killHost,
  killPrimary,
  killSentinelMajority,
  killSentinelsAndPrimary,
  killZone,
  lagThenKill,
  partitionClientsInside,
  partitionFromReplicas,
  partitionFromSentinels,
  partitionOneWay,
  rebornEmpty,
  returnAfterCrash,
  returnAfterFreeze,
  returnAfterPartition,
  sentinelFailover,
  slowNetwork,
  staleSentinel,
  stopPrimary,
  switchover,
  targetDown,
  tiltThenKill,
];
