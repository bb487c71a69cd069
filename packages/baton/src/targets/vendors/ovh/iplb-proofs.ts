// What would be in the way of a change of a farm, and what a person should know of it before. Pure.
import { endpointText, isSameEndpoint, type KnownNode, type Proof } from "../../target.ts";
import type { World } from "./iplb-api.ts";
import type { Judged } from "./iplb-judge.ts";

interface Farm {
  readonly service: string;
  readonly farm: number;
  readonly publishesOthers: boolean;
}

const problem = (sentence: string): Proof => ({ verdict: "problem", sentence });

function ofServers(
  { nodes, strays }: Judged,
  known: readonly KnownNode[],
  name: string,
): readonly Proof[] {
  const places = nodes.map(({ server: { endpoint, isActive } }) => {
    return `${endpointText(endpoint)} (${isActive ? "active" : "inactive"})`;
  });
  const without = known.filter(({ endpoint }) => {
    return nodes.every(({ server }) => !isSameEndpoint(server.endpoint, endpoint));
  });
  const lacks = without.map(({ host }) => host).join(", ");
  const later = lacks === "" ? "" : `; servers for ${lacks} are added when they become primary`;
  return [
    { verdict: "right", sentence: `${name} has ${places.join(", ") || "no servers"}${later}` },
    ...strays.map(({ id, endpoint }) => {
      const found = `server ${id} (${endpointText(endpoint)}) of ${name} is active and no node of the group`;
      return problem(`${found}: clients are led there, too; make it inactive and refresh`);
    }),
    ...nodes.flatMap(({ server: { id, endpoint, reply } }) => [
      ...(endpoint.port === 0
        ? [problem(`server ${id} of ${name} has no port, and neither has its farm: give it one`)]
        : []),
      ...(reply.weight === 0
        ? [problem(`server ${id} of ${name} has weight 0: it gets no connections, active or not`)]
        : []),
    ]),
  ];
}

/** Addresses and ports that an IP load balancer cannot lead to. */
function ofNodes(known: readonly KnownNode[]): readonly Proof[] {
  const bad = known.filter(({ endpoint }) => endpoint.address.includes(":") || endpoint.port > 49_151);
  return bad.map(({ host, endpoint }) => {
    const found = `${host} (${endpointText(endpoint)}) cannot be a server of an IP load balancer`;
    return problem(`${found}, which takes IPv4 addresses and ports up to 49151`);
  });
}

function ofWaiting({ waiting, newest }: World, { own }: Judged, farm: Farm): readonly Proof[] {
  const foreign = Math.max(0, waiting - own);
  const found = `${foreign} changes that are not Baton's wait for a refresh of ${farm.service}`;
  const task: readonly Proof[] =
    newest === undefined || newest.status === "done"
      ? []
      : [{ verdict: "unknown", sentence: `refresh task ${newest.id} is ${newest.status}` }];
  if (foreign === 0) return [{ verdict: "right", sentence: "nobody else's change waits" }, ...task];
  if (farm.publishesOthers) {
    return [{ verdict: "right", sentence: `${found}; the next failover publishes them` }, ...task];
  }
  const next = "no failover is published before them: publish them or take them back";
  return [problem(`${found}; ${next}`), ...task];
}

export function farmProofs(
  world: World,
  judged: Judged,
  { farm, known }: { readonly farm: Farm; readonly known: readonly KnownNode[] },
): readonly Proof[] {
  const name = `farm ${farm.farm} of ${farm.service}`;
  return [...ofServers(judged, known, name), ...ofNodes(known), ...ofWaiting(world, judged, farm)];
}
