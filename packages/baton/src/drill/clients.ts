// The clients of a drill: opened one after the other, all ready before the first of them writes.
import type { GroupPlan, NodePlan, RouterPlan } from "../cluster/types.ts";
import { BatonError } from "../errors.ts";
import type { DrillSite } from "./site.ts";
import type { Clock } from "../sys/clock.ts";
import type { WorkloadClient } from "./workload/client.ts";
import type { ClientKind } from "./workload/kind.ts";

export interface ClientsInput {
  readonly lab: DrillSite;
  readonly group: GroupPlan;
  readonly kinds: readonly ClientKind[];
  readonly clientsOfEachKind: number;
  /** By the word of the Sentinels. */
  readonly primary: NodePlan;
  readonly keyOf: (client: string) => string;
  /** From one client's start to the next one's. */
  readonly staggerMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

function routerOf({ lab, group }: ClientsInput): RouterPlan {
  const router = lab.layout.routers.find((plan) => plan.group === group.name);
  if (router !== undefined) return router;
  throw new BatonError(
    "UNABLE",
    `${lab.name}: no host runs a router for ${group.name}, and a drill measures it`,
  );
}

/** @throws BatonError UNABLE when the group has no router, or a client is not ready: then all are closed. */
export async function openClients(input: ClientsInput): Promise<readonly WorkloadClient[]> {
  const { lab, group, kinds, clientsOfEachKind, primary, keyOf, staggerMs, clock, signal } = input;
  const router = routerOf(input);
  const opening = new AbortController();
  const open = async (kind: ClientKind, id: string, place: number) => {
    await clock.sleep(place * staggerMs, AbortSignal.any([signal, opening.signal]));
    return await kind.open({ kind, id, key: keyOf(id), lab, group, router, primary });
  };
  const numbers = Array.from({ length: clientsOfEachKind }, (_, index) => index + 1);
  const wanted = kinds.flatMap((kind) =>
    numbers.map((number) => ({ kind, id: `${kind.shortName ?? kind.id}-${number}` })),
  );
  const opened = wanted.map(({ kind, id }, place) => open(kind, id, place));
  try {
    return await Promise.all(opened);
  } catch (error) {
    opening.abort();
    for (const one of await Promise.allSettled(opened)) {
      if (one.status === "fulfilled") await one.value.close();
    }
    throw error;
  }
}

export const isRouter = ({ kind }: WorkloadClient): boolean => kind === "router";
/** Clients that find the new primary: a hard-coded one never should. */
export const isFollowing = ({ way }: WorkloadClient): boolean => way !== "hard-coded";
/** One whose program has ended is not worth waiting for. */
export const isUsable = (client: WorkloadClient): boolean => client.isUsable?.() !== false;
