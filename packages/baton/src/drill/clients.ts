// The clients of a drill: who they are, and the wait until they have written.
import type { GroupPlan, NodePlan } from "../cluster/types.ts";
import { BatonError } from "../errors.ts";
import type { LabHandle } from "../lab/index.ts";
import type { WorkloadClient } from "./workload/client.ts";
import { openHardCodedClient } from "./workload/hard-coded.ts";
import { openSentinelClient } from "./workload/ioredis-sentinel.ts";
import { openRouterClient } from "./workload/router.ts";

export interface ClientsInput {
  readonly lab: LabHandle;
  readonly group: GroupPlan;
  readonly clientsOfEachKind: number;
  /** Where clients with a hard-coded address connect to; undefined where the drill has none. */
  readonly hardCoded: NodePlan | undefined;
}

/** @throws BatonError UNABLE when the group has no router. */
export function openClients(input: ClientsInput): readonly WorkloadClient[] {
  const { lab, group, clientsOfEachKind, hardCoded } = input;
  const router = lab.layout.routers.find((plan) => plan.group === group.name);
  if (router === undefined) {
    throw new BatonError(
      "UNABLE",
      `lab ${lab.name}: no host runs a router for ${group.name}, and a drill measures it`,
    );
  }
  const { application: password, tls } = lab.secrets;
  const sentinels = lab.layout.sentinels.map(({ address, port }) => ({ host: address, port }));
  const { address, port } = router;
  const numbers = Array.from({ length: clientsOfEachKind }, (_, index) => index + 1);
  const old = hardCoded === undefined ? [] : [{ address: hardCoded.address, port: hardCoded.port }];
  return [
    ...numbers.map((number) =>
      openRouterClient({ id: `router-${number}`, address, port, password, tls: lab.clientTls }),
    ),
    ...numbers.map((number) =>
      openSentinelClient({ id: `ioredis-${number}`, sentinels, group: group.name, password, tls }),
    ),
    ...old.flatMap((place) =>
      numbers.map((number) =>
        openHardCodedClient({ id: `hard-coded-${number}`, ...place, password, tls }),
      ),
    ),
  ];
}

export const isRouter = ({ kind }: WorkloadClient): boolean => kind === "router";
/** Clients that find the new primary: a hard-coded one never should. */
export const isFollowing = ({ kind }: WorkloadClient): boolean => kind !== "hard-coded";
