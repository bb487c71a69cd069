// What `baton lab status --json` prints. Keys are only ever added: scripts read them.
import { assert } from "../errors.ts";
import { pathsIn } from "./home.ts";
import type { LabPlan, Unit } from "./plan.ts";
import type { ProcessKind } from "./record.ts";

export interface LabStatus {
  readonly name: string;
  readonly directory: string;
  /** The first group, by Sentinel's name; its nodes and its router stand below. */
  readonly group: string;
  /** Hosts that run redis, sentinel or an agent. Pids are null while a process does not run. */
  readonly hosts: readonly HostStatus[];
  readonly router: {
    readonly address: string;
    readonly port: number;
    readonly pid: number | null;
  } | null;
  /** What applications send to Redis, Sentinel and the router. */
  readonly password: { readonly file: string };
  /** What clients need to speak TLS to Redis and Sentinel, and to the router; absent in plain text. */
  readonly tls?: {
    readonly authority: string;
    readonly redis: boolean;
    readonly router: boolean;
  };
  readonly wires: boolean;
  /** "redis 7.0.15", "valkey 9.1.2": what Redis and Sentinel of this lab are. */
  readonly engine: string;
  readonly clusterFile: string;
}

export interface HostStatus {
  readonly name: string;
  readonly address: string;
  readonly zone: string;
  readonly redis: { readonly port: number; readonly pid: number | null } | null;
  readonly sentinel: { readonly port: number; readonly pid: number | null } | null;
  readonly agent: { readonly pid: number | null; readonly url: string } | null;
}

export interface StatusInput {
  readonly name: string;
  readonly engine: string;
  readonly plan: LabPlan;
  readonly pidOf: (unit: Unit) => number | null;
}

export function labStatus({ name, engine, plan, pidOf }: StatusInput): LabStatus {
  const { directory, layout, wires, units } = plan;
  const { cluster, sentinels, agents, routers } = layout;
  const [group] = layout.groups;
  const pid = (kind: ProcessKind, host: string, port: number): number | null => {
    const unit = units.find((one) => one.kind === kind && one.host === host && one.ports.includes(port));
    return unit === undefined ? null : pidOf(unit);
  };
  const hosts = cluster.hosts.map(({ name: host, address, zone, runs }): HostStatus => {
    const node = group?.nodes.find((candidate) => candidate.host === host);
    const sentinel = sentinels.find(({ id }) => id === host);
    const agent = runs.includes("agent") ? agents.find(({ id }) => id === host) : undefined;
    const of = (kind: ProcessKind, at: { readonly port: number } | undefined) =>
      at === undefined ? null : { port: at.port, pid: pid(kind, host, at.port) };
    const url = `http://${address}:${cluster.agentPort}`;
    return {
      name: host,
      address,
      zone,
      redis: of("redis", node),
      sentinel: of("sentinel", sentinel),
      agent: agent === undefined ? null : { pid: pid("agent", host, agent.port), url },
    };
  });
  const router = routers.find((candidate) => candidate.group === group?.name);
  const { secrets, tls } = cluster;
  const { application } = secrets;
  assert(application.kind === "file", "a lab keeps its passwords in files");
  return {
    name,
    directory,
    group: group?.name ?? "",
    hosts: hosts.filter(
      ({ redis, sentinel, agent }) => redis !== null || sentinel !== null || agent !== null,
    ),
    router:
      router === undefined
        ? null
        : { address: router.address, port: router.port, pid: pid("agent", router.host, router.port) },
    password: { file: application.path },
    ...(tls && { tls: { authority: tls.authority, redis: tls.redis, router: tls.router } }),
    wires,
    engine,
    clusterFile: pathsIn(directory).clusterFile,
  };
}
