// Every process of a lab with its command line, ports and places on this disk. Pure.
import { join } from "node:path";
import type { Layout } from "../cluster/types.ts";
import type { Site } from "../render/renderer.ts";
import type { SocketAddress } from "../sys/sockets.ts";
import type { CommandPrefix, Engine } from "./engine.ts";
import { pathsIn } from "./home.ts";
import { announcedAddress, listenAddress } from "./network.ts";
import type { ProcessKind } from "./record.ts";
import type { Wire } from "./wires.ts";

export interface Unit {
  /** "redis h1", "sentinel h1", "agent h1"; "redis h1 orders" where a lab has several groups. */
  readonly id: string;
  readonly kind: ProcessKind;
  readonly host: string;
  /** Where others reach it; the first port is the one that tells whether it is up. */
  readonly address: string;
  readonly ports: readonly [number, ...number[]];
  /** Where it really listens: beside its announced address in a lab with wires. */
  readonly listens: string;
  readonly folder: string;
  readonly log: string;
  /** Configuration file of Redis and Sentinel; state folder of an agent. */
  readonly own: string;
}

export interface LabPlan {
  readonly directory: string;
  readonly layout: Layout;
  readonly wires: boolean;
  readonly units: readonly Unit[];
  readonly site: Site;
}

export interface Programs extends Engine {
  readonly self: CommandPrefix;
}

/** Where host number k of the cluster listens; its announced address stands in the layout. */
function listensAt(layout: Layout, network: string, wires: boolean): (host: string) => string {
  const indexes = new Map(layout.cluster.hosts.map(({ name }, index) => [name, index]));
  return (host) => listenAddress(network, indexes.get(host) ?? 0, wires);
}

/** The host addresses of a lab, by name, in the order of the cluster file. */
export function addressesIn(
  network: string,
  hosts: readonly { readonly name: string }[],
): ReadonlyMap<string, string> {
  return new Map(hosts.map(({ name }, index) => [name, announcedAddress(network, index)]));
}

export interface PlanInput {
  readonly directory: string;
  /** Its addresses are the lab's own. */
  readonly layout: Layout;
  readonly network: string;
  readonly wires: boolean;
  readonly agents: boolean;
}

function siteOf({ directory, layout, network, wires }: PlanInput): Site {
  const groupOf = new Map(layout.groups.flatMap(({ name, nodes }) => nodes.map(({ id }) => [id, name])));
  const place = (host: string, word: string) => ({
    config: join(directory, host, `${word}.conf`),
    dataDirectory: join(directory, host, word),
    log: join(directory, host, `${word}.log`),
  });
  return {
    redis: ({ id, host }) =>
      place(host, layout.groups.length === 1 ? "redis" : `redis-${groupOf.get(id)}`),
    sentinel: ({ id }) => place(id, "sentinel"),
    listenAddress: listensAt(layout, network, wires),
  };
}

function redisUnits({ groups }: Layout, site: Site): readonly Unit[] {
  return groups.flatMap((group) =>
    group.nodes.map((node): Unit => {
      const { host, address, port } = node;
      const { config, dataDirectory, log } = site.redis(node);
      const id = groups.length === 1 ? `redis ${host}` : `redis ${host} ${group.name}`;
      const listens = site.listenAddress(host);
      return {
        id,
        kind: "redis",
        host,
        address,
        ports: [port],
        listens,
        folder: dataDirectory,
        log,
        own: config,
      };
    }),
  );
}

function sentinelUnits({ sentinels }: Layout, site: Site): readonly Unit[] {
  return sentinels.map((sentinel): Unit => {
    const { id: host, address, port } = sentinel;
    const { config, dataDirectory, log } = site.sentinel(sentinel);
    const id = `sentinel ${host}`;
    const listens = site.listenAddress(host);
    return {
      id,
      kind: "sentinel",
      host,
      address,
      ports: [port],
      listens,
      folder: dataDirectory,
      log,
      own: config,
    };
  });
}

function agentUnits({ agents, routers }: Layout, site: Site, directory: string): readonly Unit[] {
  return agents.map(({ id: host, address, port }): Unit => {
    const routed = routers
      .filter((router) => router.host === host)
      .flatMap(({ port, readPort }) => (readPort === undefined ? [port] : [port, readPort]));
    const id = `agent ${host}`;
    const listens = site.listenAddress(host);
    const folder = join(directory, host, "agent");
    const log = join(directory, host, "agent.log");
    return {
      id,
      kind: "agent",
      host,
      address,
      ports: [port, ...routed],
      listens,
      folder,
      log,
      own: folder,
    };
  });
}

export function planLab(input: PlanInput): LabPlan {
  const { directory, layout, wires } = input;
  const site = siteOf(input);
  const agents = input.agents ? agentUnits(layout, site, directory) : [];
  const units = [...redisUnits(layout, site), ...sentinelUnits(layout, site), ...agents];
  return { directory, layout, wires, units, site };
}

/** Never with a password: Redis and Sentinel read theirs from the configuration, agents from files. */
export function commandOf(unit: Unit, plan: LabPlan, programs: Programs): CommandPrefix {
  if (unit.kind === "redis") return [...programs.redisServer, unit.own];
  if (unit.kind === "sentinel") return [...programs.redisSentinel, unit.own];
  const listen = plan.wires ? ["--listen", unit.listens] : [];
  const { clusterFile } = pathsIn(plan.directory);
  return [
    ...programs.self,
    "agent",
    "--file",
    clusterFile,
    "--host",
    unit.host,
    "--state",
    unit.own,
    ...listen,
  ];
}

/** Every address and port that the lab will listen on. */
export function placesOf({ units, wires }: LabPlan): readonly SocketAddress[] {
  return units.flatMap(({ address, listens, ports }) =>
    ports.flatMap((port) => [{ address, port }, ...(wires ? [{ address: listens, port }] : [])]),
  );
}

export function wiresOf({ units }: LabPlan): readonly Wire[] {
  return units.flatMap(({ host, address, listens, ports }) =>
    ports.map((port) => ({ host, announced: { address, port }, real: { address: listens, port } })),
  );
}
