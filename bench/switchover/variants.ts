// What is compared: each variant is a lab, the clients that write in it, and a way to move the primary.
import type { GroupPlan } from "../../packages/baton/src/cluster/types.ts";
import { BatonError } from "../../packages/baton/src/errors.ts";
import type { LabHandle } from "../../packages/baton/src/lab/index.ts";
import { defaultCluster } from "../../packages/baton/src/lab/default-cluster.ts";
import type { WorkloadClient } from "../../packages/baton/src/drill/workload/client.ts";
import { openSentinelClient } from "../../packages/baton/src/drill/workload/ioredis-sentinel.ts";
import { openRouterClient } from "../../packages/baton/src/drill/workload/router.ts";
import { type Move, moveByBaton, moveBySentinel } from "./moves.ts";

export interface Variant {
  readonly id: string;
  readonly title: string;
  /** Whether it is Baton's own promise that is measured. */
  readonly isOurs: boolean;
  readonly clusterText: string;
  /** Whether the lab runs agents and routers. */
  readonly agents: boolean;
  readonly open: (id: string, lab: LabHandle, group: GroupPlan) => WorkloadClient;
  readonly move: Move;
}

/** @throws BatonError UNABLE when the group has no router. */
function throughRouter(id: string, lab: LabHandle, group: GroupPlan): WorkloadClient {
  const router = lab.layout.routers.find((plan) => plan.group === group.name);
  if (router === undefined)
    throw new BatonError("UNABLE", `lab ${lab.name}: no host runs a router for ${group.name}`);
  const { address, port } = router;
  return openRouterClient({ id, address, port, password: lab.secrets.application });
}

function bySentinels(id: string, lab: LabHandle, group: GroupPlan): WorkloadClient {
  const sentinels = lab.layout.sentinels.map(({ address, port }) => ({ host: address, port }));
  return openSentinelClient({ id, sentinels, group: group.name, password: lab.secrets.application });
}

const withoutFence = `${defaultCluster}agent: { fence: false }\n`;
/** With Redis' own min-replicas-to-write, which no objective of a few seconds allows. */
const asRedisComes = `${defaultCluster.replace("rpo: 5s", "rpo: none")}redis: { minReplicasToWrite: 0 }
`;

export const variants: readonly Variant[] = [
  {
    id: "switchover",
    title: "baton switchover",
    isOurs: true,
    clusterText: defaultCluster,
    agents: true,
    open: throughRouter,
    move: moveByBaton,
  },
  {
    id: "failover-fenced",
    title: "SENTINEL FAILOVER, router, fence",
    isOurs: false,
    clusterText: defaultCluster,
    agents: true,
    open: throughRouter,
    move: moveBySentinel,
  },
  {
    id: "failover-unfenced",
    title: "SENTINEL FAILOVER, router, no fence",
    isOurs: false,
    clusterText: withoutFence,
    agents: true,
    open: throughRouter,
    move: moveBySentinel,
  },
  {
    id: "failover-stock",
    title: "SENTINEL FAILOVER, no Baton, ioredis by Sentinel",
    isOurs: false,
    clusterText: asRedisComes,
    agents: false,
    open: bySentinels,
    move: moveBySentinel,
  },
];
