// What the files for both clouds have in common: who may come to which port, what stands before a group, what
// a machine begins with. No value holds "${": the patterns of the cluster file leave no room for it.
import { asNetwork } from "../../cluster/networks.ts";
import type { GroupPlan, Layout, ProvisionPlan } from "../../cluster/types.ts";
import type { RenderedFile } from "../renderer.ts";

/** Labels and values of Terraform's JSON syntax. */
export type Json = string | number | boolean | readonly Json[] | { readonly [key: string]: Json };
export type Fields = Readonly<Record<string, Json>>;
/** Resources of one type, by label. */
export type Resources = Readonly<Record<string, Fields>>;

/** A label begins with a letter, and names of hosts and groups may begin with a digit. */
export const labelOf = (kind: "host" | "group", name: string): string => `${kind}_${name}`;

/** `${type.label.attribute}`: what Terraform knows once it has made the resource. */
export const from = (type: string, label: string, attribute: string): string =>
  `\${${type}.${label}.${attribute}}`;

export function byName<Entry>(
  entries: readonly Entry[],
  toPair: (entry: Entry) => readonly [label: string, body: Fields],
): Resources {
  return Object.fromEntries(entries.map(toPair));
}

/**
 * Hosts whose disk holds data or votes: Terraform refuses to destroy them, and what a person wants replaced
 * goes one at a time, by hand.
 */
export const hasState = ({ runs }: Layout["cluster"]["hosts"][number]): boolean =>
  runs.includes("redis") || runs.includes("sentinel");

/** What is only looked at when a machine is made: a newer image is no reason to destroy it. */
export function lifecycleOf(host: Layout["cluster"]["hosts"][number], ignored: readonly string[]): Json {
  return { ignore_changes: ignored, ...(hasState(host) && { prevent_destroy: true }) };
}

export interface Door {
  readonly what: string;
  readonly port: number;
  /** Networks besides the cluster's own hosts. */
  readonly others: readonly string[];
}

const unique = <Value>(values: readonly Value[]): readonly Value[] => [...new Set(values)];

export const spelled = (networks: readonly string[]): readonly string[] =>
  unique(networks.map(asNetwork));

/** Ports of the cluster. Without the section `firewall` the whole private network may come to them. */
export function doorsOf({ cluster, routers }: Layout, { network }: ProvisionPlan): readonly Door[] {
  const applications = spelled(cluster.firewall?.applications ?? [network]);
  const monitoring = spelled(cluster.firewall?.monitoring ?? [network]);
  const routed = routers.flatMap(({ port, readPort }) => [port, ...(readPort ? [readPort] : [])]);
  const doors = (what: string, ports: readonly number[], others: readonly string[]): readonly Door[] =>
    unique(ports).map((port) => ({ what, port, others }));
  return [
    ...doors(
      "redis",
      cluster.groups.map(({ redisPort }) => redisPort),
      applications,
    ),
    ...doors("sentinel", [cluster.sentinelPort], applications),
    ...doors("router", routed, applications),
    ...doors("agent", cluster.agentListen === "host" ? [cluster.agentPort] : [], monitoring),
  ];
}

/** What clients of a group connect to, and how a balancer finds out who of these takes them. */
export interface Front {
  readonly group: string;
  readonly hosts: readonly string[];
  readonly port: number;
  /** At the agent of each host. */
  readonly checkPath: string;
}

/**
 * Routers hold clients and lead them on, so a balancer only needs to find one that is fit; among nodes it
 * has to find the primary. The first primary comes first.
 */
export function frontOf({ routers }: Layout, group: GroupPlan): Front {
  const own = routers.filter((router) => router.group === group.name);
  const [router] = own;
  if (router !== undefined) {
    const hosts = own.map(({ host }) => host);
    return { group: group.name, hosts, port: router.port, checkPath: "/readyz" };
  }
  const { host: first, port } = group.firstPrimary;
  const hosts = unique([first, ...group.nodes.map(({ host }) => host)]);
  // Octavia takes a path without a query; a cluster file with several groups here is refused.
  return { group: group.name, hosts, port, checkPath: "/primary" };
}

/** Whether the one who is connected to changes with the primary: then its address is not Terraform's. */
export const isMoved = ({ routers }: Layout): boolean => routers.length === 0;

/** The name under which clients find a group, below the zone. */
export function recordOf({ cluster }: Layout, record: string, group: string): string {
  return cluster.groups.length === 1 ? record : `${record}-${group.toLowerCase()}`;
}

/** The two words of a public key that count; the third is for people. */
const bareKey = (line: string): string => line.split(" ").slice(0, 2).join(" ");

export const bareKeys = ({ ssh }: ProvisionPlan): readonly string[] => ssh.keys.map(bareKey);

/** Of root, where the image knows no other user. Python is for Ansible; there is nothing secret in it. */
export function cloudInit(keys: readonly string[], isRootUsed: boolean): string {
  const config = {
    ssh_pwauth: false,
    disable_root: !isRootUsed,
    ssh_authorized_keys: keys,
    package_update: true,
    packages: ["python3"],
  };
  return `#cloud-config\n${JSON.stringify(config, undefined, 2)}\n`;
}

/** An output with a value a host. */
export function ofHosts({ cluster }: Layout, valueOf: (host: string) => string): Json {
  return { value: Object.fromEntries(cluster.hosts.map(({ name }) => [name, valueOf(name)])) };
}

/** An output with a value a group. */
export function ofGroups(fronts: readonly Front[], valueOf: (group: string) => string): Json {
  return { value: Object.fromEntries(fronts.map(({ group }) => [group, valueOf(group)])) };
}

/** What is written once and read by whoever runs Terraform. */
export function documentOf(document: Fields): RenderedFile {
  const head = { "//": "Written by Baton from the cluster file: change that one." };
  const text = `${JSON.stringify({ ...head, ...document }, undefined, 2)}\n`;
  return { host: undefined, path: "terraform/main.tf.json", readers: "everybody", text };
}
