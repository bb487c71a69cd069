// From a cluster to everything that runs: every process with its address and port. Pure; paths are for
// others to choose.
import { assert } from "../errors.ts";
import { deriveTimings } from "./derive.ts";
import type { Cluster, Group, GroupPlan, Host, Layout, NodePlan } from "./types.ts";

/**
 * @throws InvariantBroken when the cluster has no such host; a loaded cluster names only hosts that it
 * has.
 */
export function hostNamed(cluster: Cluster, name: string): Host {
  const host = cluster.hosts.find((candidate) => candidate.name === name);
  assert(host !== undefined, `cluster ${cluster.name} has no host ${name}`);
  return host;
}

function planNode(cluster: Cluster, group: Group, hostName: string): NodePlan {
  const { address, zone } = hostNamed(cluster, hostName);
  const id = cluster.groups.length === 1 ? hostName : `${hostName}:${group.name}`;
  return { id, host: hostName, zone, address, port: group.redisPort };
}

function planGroup(cluster: Cluster, group: Group): GroupPlan {
  const nodes = group.hosts.map((host) => planNode(cluster, group, host));
  const firstPrimary = nodes.find((node) => node.host === group.firstPrimary);
  assert(
    firstPrimary !== undefined,
    `${group.firstPrimary} is the primary of ${group.name} and not one of its hosts`,
  );
  const derived = deriveTimings(cluster, group);
  assert(derived.kind === "ok", `group ${group.name} was loaded with objectives that cannot be kept`);
  return { name: group.name, nodes, firstPrimary, timings: derived.timings };
}

/** A host whose own address is a loopback one, as in the lab, is reached there and nowhere else. */
function httpAddressOf({ agentListen }: Cluster, address: string): string {
  const isLoopback = address.startsWith("127.") || address === "::1";
  return agentListen === "host" || isLoopback ? address : "127.0.0.1";
}

/** @throws InvariantBroken for a cluster that `loadCluster` would have refused. */
export function layoutOf(cluster: Cluster): Layout {
  const running = (...roles: readonly Host["runs"][number][]): readonly Host[] => {
    return cluster.hosts.filter((host) => roles.some((role) => host.runs.includes(role)));
  };
  return {
    cluster,
    groups: cluster.groups.map((group) => planGroup(cluster, group)),
    sentinels: running("sentinel").map(({ name, address, zone }) => {
      return { id: name, zone, address, port: cluster.sentinelPort };
    }),
    // One process serves both: a router is part of the agent that tells it the route.
    agents: running("agent", "router").map(({ name, address }) => ({
      id: name,
      address,
      port: cluster.agentPort,
      httpAddress: httpAddressOf(cluster, address),
    })),
    routers: running("router").flatMap(({ name, address }) => {
      return cluster.groups.map((group) => ({
        host: name,
        group: group.name,
        address,
        port: group.routerPort,
        ...(group.readPort === undefined ? {} : { readPort: group.readPort }),
      }));
    }),
  };
}
