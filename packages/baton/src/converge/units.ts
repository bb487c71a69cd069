// Which units of systemd a host is to have, by the cluster file. Pure.
import { hostNamed } from "../cluster/layout.ts";
import type { GroupPlan, Layout, NodePlan } from "../cluster/types.ts";
import { redisPlaces, SENTINEL } from "../render/host/places.ts";

export type Job =
  | { readonly kind: "node"; readonly group: string }
  | { readonly kind: "sentinel" }
  /** An agent, a router, or both in one process. */
  | { readonly kind: "baton" };

export interface WantedUnit {
  readonly unit: string;
  readonly job: Job;
  /** What its process is made of; undefined for Baton's own, which reads several files. */
  readonly settingsPath: string | undefined;
}

export const AGENT_UNIT = "baton-agent.service";
export const ROUTER_UNIT = "baton-router.service";
/** Debian's unit for a host with one Redis. */
export const DEBIAN_UNIT = "redis-server.service";
/** Instances of Debian's unit for Redis; systemd's own pattern. */
export const NODE_UNITS = "redis-server@*.service";

export function wantedUnits(layout: Layout, host: string): readonly WantedUnit[] {
  const { runs } = hostNamed(layout.cluster, host);
  const nodes = nodesOf(layout, host).map(({ group }): WantedUnit => {
    const { unit, settings } = redisPlaces(group.name);
    return { unit, job: { kind: "node", group: group.name }, settingsPath: settings };
  });
  const sentinel: WantedUnit = {
    unit: SENTINEL.unit,
    job: { kind: "sentinel" },
    settingsPath: SENTINEL.settings,
  };
  const own: WantedUnit = {
    unit: runs.includes("agent") ? AGENT_UNIT : ROUTER_UNIT,
    job: { kind: "baton" },
    settingsPath: undefined,
  };
  return [
    ...nodes,
    ...(runs.includes("sentinel") ? [sentinel] : []),
    ...(runs.includes("agent") || runs.includes("router") ? [own] : []),
  ];
}

export function nodesOf(
  { groups }: Layout,
  host: string,
): readonly { readonly group: GroupPlan; readonly node: NodePlan }[] {
  return groups.flatMap((group) => {
    const node = group.nodes.find((plan) => plan.host === host);
    return node === undefined ? [] : [{ group, node }];
  });
}

/** The job of a unit that is there; undefined for one that is none of Baton's. */
export function jobOf(unit: string): Job | undefined {
  if (unit === SENTINEL.unit) return { kind: "sentinel" };
  if (unit === AGENT_UNIT || unit === ROUTER_UNIT) return { kind: "baton" };
  const [, group] = /^redis-server@(.+)\.service$/.exec(unit) ?? [];
  return group === undefined ? undefined : { kind: "node", group };
}
