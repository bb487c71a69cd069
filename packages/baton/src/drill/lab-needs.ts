// What a fault may need of the place it is injected in, and how to see whether that has it.
import type { GroupPlan, NodePlan } from "../cluster/types.ts";
import { BatonError } from "../errors.ts";
import { apartCluster } from "../lab/apart-cluster.ts";
import { defaultCluster } from "../lab/default-cluster.ts";
import type { DrillSite } from "./site.ts";
import { targetServers } from "./targets/silence.ts";

export interface Place {
  readonly lab: Pick<DrillSite, "name" | "wires" | "disks" | "layout" | "hosts">;
  readonly group: GroupPlan;
  readonly primary: Pick<NodePlan, "host">;
}

/** The host of the router that a drill's clients use. */
function routerHost({ lab, group }: Place) {
  const router = lab.layout.routers.find((plan) => plan.group === group.name);
  return lab.layout.cluster.hosts.find(({ name }) => name === router?.host);
}

const onlyInLabs = ({ hosts }: Place["lab"], why: string): string | undefined =>
  hosts === undefined ? undefined : why;

/** Each says what is in the way, or undefined. Processes can be signalled everywhere. */
const LACKS = {
  signals: () => undefined,
  wires: ({ lab }) => {
    if (lab.hosts !== undefined) return lab.hosts.uncut;
    return lab.wires ? undefined : `needs a lab with wires, and ${lab.name} has none`;
  },
  delays: ({ lab }) => onlyInLabs(lab, "slows links down, and on hosts they are only cut"),
  lab: ({ lab }) => onlyInLabs(lab, "would remove data or stop everything, and is for labs only"),
  disks: ({ lab }) =>
    lab.disks ? undefined : `needs nodes with disks of their own, and those of ${lab.name} have none`,
  targets: ({ lab, group }) => {
    const why = onlyInLabs(lab, "freezes what serves the targets, and that is not on the hosts");
    if (why !== undefined) return why;
    const { processes } = targetServers(lab.layout, group.name);
    if (processes.length > 0) return undefined;
    return "needs a lab that serves targets (baton lab up --targets) whose far side runs on this machine";
  },
  "sentinels-apart": ({ lab, group }) => {
    const both = group.nodes.find(({ host }) => lab.layout.sentinels.some(({ id }) => id === host));
    if (both === undefined) return undefined;
    return `needs Sentinels on hosts without a Redis, and ${both.host} runs both: a link is cut by host`;
  },
  "router-apart": (place) => {
    const router = routerHost(place);
    const runs = router?.runs.filter((kind) => kind === "redis" || kind === "sentinel") ?? [];
    if (router === undefined || runs.length === 0) return undefined;
    return `needs a router on a host of its own, and ${router.name} runs ${runs.join(" and ")} as well`;
  },
  "router-in-another-zone": (place) => {
    const router = routerHost(place);
    const hosts = place.lab.layout.cluster.hosts;
    const primary = hosts.find(({ name }) => name === place.primary.host);
    if (router === undefined || router.zone !== primary?.zone) return undefined;
    return `needs a router that survives zone ${router.zone}, and ${router.name} is in it`;
  },
} satisfies Readonly<Record<string, (place: Place) => string | undefined>>;

export type Need = keyof typeof LACKS;

/** @throws BatonError UNABLE naming what the place lacks, before anything is broken. */
export function requireNeeds(
  { id, needs }: { readonly id: string; readonly needs: readonly Need[] },
  place: Place,
): void {
  for (const need of needs) {
    const lacks = LACKS[need](place);
    if (lacks !== undefined) throw new BatonError("UNABLE", `the fault ${id} ${lacks}`);
  }
}

/** What a lab is built from for one drill alone: some faults need links and zones of their own. */
export function usualCluster({ needs }: { readonly needs: readonly Need[] }): string {
  const isApart = needs.includes("sentinels-apart") || needs.includes("router-in-another-zone");
  return isApart ? apartCluster : defaultCluster;
}
