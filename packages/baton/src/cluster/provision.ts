// What must hold between the hosts of a cluster file and the cloud that is to make them. Pure.
import {
  addressAt,
  doOverlap,
  halfOfCloud,
  isWithin,
  numberOf,
  type Range,
  rangeOf,
} from "./networks.ts";
import type { Problem } from "./issues.ts";
import { listed, nearest, quoted } from "./text.ts";
import type { Cluster, ProvisionPlan } from "./types.ts";
import type { Path } from "./yaml-source.ts";

/** What DigitalOcean uses itself in every region; a VPC that overlaps is refused there. */
const DIGITALOCEAN_OWN = ["10.229.0.0/16", "10.244.0.0/16", "10.245.0.0/16", "10.246.0.0/24"] as const;

/** What Linux and both clouds take as a name. */
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i;

const written = ({ first, last }: Range): string => `${addressAt(first)} to ${addressAt(last)}`;

/** The addresses that hosts may have: not the network's own, not the gateway's, not the last. */
function rangeOfHosts({ cloud, network }: ProvisionPlan): Range {
  const { first, last } = rangeOf(network);
  return { first: first + 2, last: cloud === "ovh" ? halfOfCloud(network).first - 1 : last - 1 };
}

function addressProblems({ hosts }: Cluster, plan: ProvisionPlan): Problem[] {
  const range = rangeOfHosts(plan);
  const others =
    plan.cloud === "ovh"
      ? `; ${written(halfOfCloud(plan.network))} are what the cloud gives out itself`
      : "";
  return hosts.flatMap((host, index): Problem[] => {
    const value = numberOf(host.address);
    const isInside = value !== undefined && value >= range.first && value <= range.last;
    if (isInside) return [];
    const message =
      `Expected an address from ${written(range)}, for hosts in the private network ` +
      `${plan.network}${others}; found ${host.address}`;
    return [{ path: ["hosts", index, "address"], message }];
  });
}

/** Machines are called after hosts, load balancers and records after groups. */
function nameProblems({ hosts, groups, name }: Cluster): Problem[] {
  const named = [
    ...hosts.map((host, index) => ({ called: host.name, path: ["hosts", index, "name"] })),
    ...groups.map((group, index) => ({ called: group.name, path: ["groups", index, "name"] })),
  ];
  return named
    .map(({ called, path }) => ({ label: `${name}-${called}`, path }))
    .filter(({ label }) => !LABEL.test(label))
    .map(({ label, path }) => {
      const expected = "in a cloud it takes at most 63 characters, and no dash at the end";
      return { path, message: `It would be called ${label}: ${expected}` };
    });
}

/** The hosts' own firewall knows no balancer: where there is one, it has to be named like anybody else. */
function lockedOut({ firewall }: Cluster, { cloud, network }: ProvisionPlan): readonly string[] {
  if (firewall === undefined) return [];
  const balancer = cloud === "ovh" ? halfOfCloud(network).network : network;
  const isNamed = (networks: readonly string[]): boolean =>
    networks.some((one) => !one.includes(":") && isWithin(rangeOf(balancer), rangeOf(one)));
  const lists = { applications: firewall.applications, monitoring: firewall.monitoring };
  const lacks = Object.entries(lists).flatMap(([key, networks]) => {
    return isNamed(networks) ? [] : [`firewall.${key}`];
  });
  if (lacks.length === 0) return [];
  return [`The firewall would keep the load balancer out: add ${balancer} to ${listed(lacks)}`];
}

/** Everything before the routers where there are any, and before the nodes otherwise. */
function endpointProblems(cluster: Cluster, plan: ProvisionPlan): Problem[] {
  const path: Path = ["provision", plan.cloud, "endpoint"];
  if (plan.endpoint === "none") return [];
  if (plan.endpoint === "reserved-ip") {
    const lacks = [
      ...(cluster.tls === undefined ? ["the section tls"] : []),
      ...(cluster.firewall === undefined ? ["the section firewall with applications"] : []),
    ];
    if (lacks.length === 0) return [];
    const message = `A reserved address is reached over the Internet: it needs ${listed(lacks)}`;
    return [{ path, message }];
  }
  const hasRouters = cluster.hosts.some(({ runs }) => runs.includes("router"));
  const deaf = cluster.hosts.find(({ runs }) => runs.includes("redis") && !runs.includes("agent"));
  return [
    ...(cluster.agentListen === "host"
      ? []
      : ["A load balancer asks the agents who is primary: it needs agent: { listen: host }"]),
    ...(!hasRouters && deaf !== undefined
      ? [`A load balancer asks the agent of each node, and none runs on ${deaf.name}`]
      : []),
    ...(!hasRouters && cluster.groups.length > 1
      ? ["A load balancer's check names no group: with several groups it needs routers to lead to"]
      : []),
    ...lockedOut(cluster, plan),
    ...(hasRouters && cluster.router.proxyProtocol === true && plan.cloud === "digitalocean"
      ? ["DigitalOcean's load balancer writes PROXY headers of version 1, and routers take version 2"]
      : []),
  ].map((message) => ({ path, message }));
}

function zoneProblems({ hosts }: Cluster, plan: ProvisionPlan): Problem[] {
  if (plan.cloud !== "ovh") return [];
  const path: Path = ["provision", "ovh", "zones"];
  const used = new Set(hosts.map(({ zone }) => zone));
  const zoneOf = new Map<string, string>();
  const problems: Problem[] = [];
  for (const [zone, availabilityZone] of Object.entries(plan.zones)) {
    const other = zoneOf.get(availabilityZone);
    if (other !== undefined) {
      const both = `Zones ${other} and ${zone} are both ${availabilityZone}`;
      const message = `${both}: what fails together is one zone`;
      problems.push({ path: [...path, zone], message });
    }
    zoneOf.set(availabilityZone, zone);
    if (used.has(zone)) continue;
    const meant = nearest(zone, [...used]);
    const advice = meant === undefined ? `the zones are ${listed([...used])}` : `did you mean ${meant}?`;
    const message = `No host is in a zone ${quoted(zone)}; ${advice}`;
    problems.push({ path: [...path, zone], part: "key", message });
  }
  const missing = [...used].filter((zone) => !Object.hasOwn(plan.zones, zone));
  if (missing.length > 0) {
    const message = `No availability zone is named for ${listed(missing)}`;
    problems.push({ path, message });
  }
  return problems;
}

function networkProblems({ cloud, network }: ProvisionPlan): Problem[] {
  if (cloud !== "digitalocean") return [];
  const own = DIGITALOCEAN_OWN.find((other) => doOverlap(rangeOf(network), rangeOf(other)));
  if (own === undefined) return [];
  const message = `${network} overlaps with ${own}, which DigitalOcean uses itself`;
  return [{ path: ["provision", cloud, "network"], message }];
}

export function provisionProblems(cluster: Cluster): Problem[] {
  const plan = cluster.provision;
  if (plan === undefined) return [];
  return [
    ...nameProblems(cluster),
    ...addressProblems(cluster, plan),
    ...networkProblems(plan),
    ...zoneProblems(cluster, plan),
    ...endpointProblems(cluster, plan),
  ];
}
