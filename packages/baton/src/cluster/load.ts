// From the text of a cluster file to a Cluster, or to every problem of the file at once with line and
// column. Pure.
import { BatonError } from "../errors.ts";
import {
  type GroupEntry,
  groupProblems,
  hostProblems,
  portProblems,
  readsProblems,
  sentinelProblems,
  targetProblems,
} from "./checks.ts";
import { deriveTimings } from "./derive.ts";
import { channelPlans, channelProblems } from "./channels.ts";
import { durabilityProblems } from "./durability.ts";
import { provisionProblems } from "./provision.ts";
import type { ClusterFile } from "./schema.ts";
import type { Problem } from "./issues.ts";
import { type Reading, readShape } from "./shape.ts";
import { printable, quoted } from "./text.ts";
import type { Cluster, Group, TargetPlan } from "./types.ts";
import { type Path, readYaml } from "./yaml-source.ts";
import { loopbackProblems, zoneProblems } from "./zones.ts";

export interface FileProblem {
  /** As it was given to `loadCluster`. */
  readonly file: string;
  /** Line and column count from 1. */
  readonly line: number;
  readonly column: number;
  /** Keys and list positions with dots between them: `hosts.2.address`; empty for the file itself. */
  readonly path: string;
  readonly message: string;
}

export type LoadedCluster =
  | { readonly kind: "ok"; readonly cluster: Cluster }
  | { readonly kind: "bad"; readonly problems: readonly FileProblem[] };

/** Nobody reads more; the rest is counted. */
const PROBLEMS_MAX = 100;

/** `file:line:column path message`, on one line. */
export function formatProblem({ file, line, column, path, message }: FileProblem): string {
  return `${file}:${line}:${column} ${path === "" ? "" : `${path} `}${message}`;
}

function formatPath(path: Path): string {
  return path
    .map((step) => (/^[\w-]{1,60}$/.test(String(step)) ? String(step) : quoted(String(step))))
    .join(".");
}

const optionalPort = (readPort: number | undefined): Pick<Group, "readPort"> =>
  readPort === undefined ? {} : { readPort };

function groupEntries(file: ClusterFile): readonly GroupEntry[] {
  const redisHosts = file.hosts.filter((host) => host.runs.includes("redis")).map((host) => host.name);
  const groupOf = (written: NonNullable<ClusterFile["groups"]>[number]): Group => {
    const hosts = written.hosts ?? redisHosts;
    return {
      name: written.name,
      firstPrimary: written.primary ?? hosts[0] ?? "",
      hosts,
      redisPort: written.port ?? file.redis.port,
      routerPort: written.routerPort ?? file.router.port,
      ...optionalPort(written.readPort ?? file.router.readPort),
    };
  };
  if (file.groups === undefined) {
    const group = groupOf({ name: "main" });
    return [{ group, path: ["hosts"], portPath: ["redis", "port"], routerPortPath: ["router", "port"] }];
  }
  return file.groups.map((written, index) => {
    const path: Path = ["groups", index];
    const routerPortPath = [...path, "routerPort"];
    return { group: groupOf(written), path, portPath: [...path, "port"], routerPortPath };
  });
}

/** Overrides without the keys that nobody set: an optional key is absent or has a value. */
function overridesOf({ redis, sentinel }: ClusterFile): Cluster["overrides"] {
  const { downAfter, failoverTimeout, parallelSyncs, quorum } = sentinel;
  const { minReplicasToWrite, minReplicasMaxLag } = redis;
  return {
    ...(downAfter === undefined ? {} : { downAfterMs: downAfter }),
    ...(failoverTimeout === undefined ? {} : { failoverTimeoutMs: failoverTimeout }),
    ...(parallelSyncs === undefined ? {} : { parallelSyncs }),
    ...(quorum === undefined ? {} : { quorum }),
    ...(minReplicasToWrite === undefined ? {} : { minReplicasToWrite }),
    ...(minReplicasMaxLag === undefined ? {} : { minReplicasMaxLagSeconds: minReplicasMaxLag / 1000 }),
  };
}

function targetPlans(file: ClusterFile, entries: readonly GroupEntry[]): readonly TargetPlan[] {
  return file.targets.map(({ name, kind, on, group, ...settings }) => {
    return { name, kind, group: group ?? entries[0]?.group.name ?? "", on, settings };
  });
}

function clusterOf(file: ClusterFile, entries: readonly GroupEntry[]): Cluster {
  return {
    name: file.name,
    objectives: { rtoMs: file.objectives.rto, rpo: file.objectives.rpo },
    hosts: file.hosts,
    groups: entries.map(({ group }) => group),
    sentinelPort: file.sentinel.port,
    agentPort: file.agent.port,
    agentListen: file.agent.listen,
    agentFence: file.agent.fence,
    redisSettings: file.redis.settings,
    router: {
      holdMs: file.router.hold.time,
      holdSessions: file.router.hold.sessions,
      durability: file.router.durability,
      ...(file.router.proxyProtocol ? { proxyProtocol: true } : {}),
      ...(file.router.accessLog ? { accessLog: true } : {}),
      ...(entries.some(({ group }) => group.readPort !== undefined) ? { reads: file.router.reads } : {}),
    },
    targets: targetPlans(file, entries),
    ...(file.notify.length === 0 ? {} : { notify: channelPlans(file.notify) }),
    overrides: overridesOf(file),
    ...(file.tls === undefined ? {} : { tls: file.tls }),
    ...(file.firewall === undefined ? {} : { firewall: file.firewall }),
    ...(file.provision === undefined ? {} : { provision: file.provision }),
    secrets: file.secrets,
  };
}

function timingProblems(cluster: Cluster): Problem[] {
  // A group with unknown or missing hosts has been reported; what follows from their number would only
  // confuse.
  const names = new Set(cluster.hosts.map((host) => host.name));
  const sound = cluster.groups.filter(
    (group) => group.hosts.length > 1 && group.hosts.every((name) => names.has(name)),
  );
  const problems = new Map<string, Problem>();
  for (const group of sound) {
    const derived = deriveTimings(cluster, group);
    if (derived.kind === "ok") continue;
    for (const problem of derived.problems) problems.set(problem.message, problem);
  }
  return [...problems.values()];
}

/**
 * Checks between sections; those that need a section with problems of its own wait until it is right.
 */
function crossCheck(reading: Reading): {
  readonly problems: readonly Problem[];
  readonly cluster?: Cluster;
} {
  const { broken } = reading;
  const hosts = reading.hosts.filter((host) => host !== undefined);
  const ownProblems = hostProblems(reading.hosts);
  if (broken.has("hosts")) return { problems: ownProblems };
  const sentinels = sentinelProblems(hosts);
  ownProblems.push(...zoneProblems(hosts), ...loopbackProblems(hosts));
  if (broken.has("groups")) return { problems: [...ownProblems, ...sentinels] };
  const file: ClusterFile = { ...reading.file, hosts };
  const entries = groupEntries(file);
  const cluster = clusterOf(file, entries);
  const areProcessesRead = !(["redis", "sentinel", "agent", "router"] as const).some((section) =>
    broken.has(section),
  );
  const areTimingsRead = !(["objectives", "redis", "sentinel"] as const).some((section) =>
    broken.has(section),
  );
  const problems = [
    ...ownProblems,
    ...sentinels,
    ...groupProblems(entries, hosts),
    ...targetProblems(file.targets, hosts, entries),
    ...channelProblems(file.notify, hosts, entries),
    ...(areProcessesRead ? portProblems(cluster, entries) : []),
    ...(areTimingsRead && sentinels.length === 0 ? timingProblems(cluster) : []),
    ...(areProcessesRead ? [...durabilityProblems(cluster), ...readsProblems(cluster)] : []),
    ...(areProcessesRead && !broken.has("tls") && !broken.has("firewall")
      ? provisionProblems(cluster)
      : []),
  ];
  return { problems, cluster };
}

/**
 * Never throws, whatever the text: at most 256 KiB are read, and at most 100 problems are reported, in
 * the order of the file. `fileName` only appears in messages. Paths of secrets and of certificates stay as
 * written: whoever reads them knows the folder.
 */
export function loadCluster(text: string, fileName: string): LoadedCluster {
  const file = printable(fileName);
  const yaml = readYaml(text);
  if (yaml.kind === "unreadable")
    return bad(yaml.problems.map((problem) => ({ ...problem, file, path: "" })));
  const { source } = yaml;
  const reading = readShape(source.value);
  const crossed = crossCheck(reading);
  const placed = [...reading.problems, ...crossed.problems].map((problem): FileProblem => {
    const place = source.placeOf(problem.path, problem.part ?? "value");
    return { file, ...place, path: formatPath(problem.path), message: problem.message };
  });
  const spotted = source.problems.map((problem) => ({
    ...problem,
    file,
    path: formatPath(problem.path),
  }));
  const problems = [...spotted, ...placed];
  if (problems.length === 0 && crossed.cluster !== undefined)
    return { kind: "ok", cluster: crossed.cluster };
  return bad(problems);
}

function bad(problems: readonly FileProblem[]): LoadedCluster {
  const ordered = [...problems].sort((one, other) => one.line - other.line || one.column - other.column);
  const shown = ordered.slice(0, PROBLEMS_MAX);
  const last = shown.at(-1);
  if (last !== undefined && ordered.length > shown.length) {
    shown.push({ ...last, path: "", message: `and ${ordered.length - shown.length} more problems` });
  }
  return { kind: "bad", problems: shown };
}

/** @throws BatonError CLUSTER_FILE: a line that names the file, and a line for each of its problems. */
export function clusterOrThrow(text: string, fileName: string): Cluster {
  const loaded = loadCluster(text, fileName);
  if (loaded.kind === "ok") return loaded.cluster;
  const heading = `${printable(fileName)} is not a valid cluster file:`;
  const message = [heading, ...loaded.problems.map(formatProblem)].join("\n");
  throw new BatonError("CLUSTER_FILE", message, { details: { problems: loaded.problems } });
}
