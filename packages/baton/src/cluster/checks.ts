// What must hold between the parts of a cluster file: names that exist, addresses and ports that are
// free, enough Sentinels.
import type { ClusterFile, HostEntry } from "./schema.ts";
import type { Problem } from "./issues.ts";
import { counted, listed, nearest, quoted } from "./text.ts";
import type { Cluster, Group, Host } from "./types.ts";
import type { Path } from "./yaml-source.ts";

/**
 * Two leave no majority when one dies: a failover needs the votes of more than half of all Sentinels,
 * dead ones included.
 */
const SENTINELS_MIN = 3;

/** Problem for every value that was already taken by an earlier one. */
function repeated(
  entries: readonly { readonly value: string; readonly path: Path; readonly message: string }[],
): Problem[] {
  const taken = new Set<string>();
  const problems: Problem[] = [];
  for (const { value, path, message } of entries) {
    if (taken.has(value)) problems.push({ path, message });
    taken.add(value);
  }
  return problems;
}

/** `hosts` by position; undefined where an entry could not be read. */
export function hostProblems(hosts: readonly (HostEntry | undefined)[]): Problem[] {
  const known = hosts.flatMap((host, index) => (host === undefined ? [] : [{ host, index }]));
  return [
    ...repeated(
      known.map(({ host, index }) => {
        return {
          value: host.name,
          path: ["hosts", index, "name"],
          message: `Another host is already called ${host.name}`,
        };
      }),
    ),
    ...repeated(
      known.map(({ host, index }) => {
        const message = `Another host already has the address ${host.address}; a host is named once`;
        return { value: host.address, path: ["hosts", index, "address"], message };
      }),
    ),
  ];
}

export function sentinelProblems(hosts: readonly Host[]): Problem[] {
  const count = hosts.filter((host) => host.runs.includes("sentinel")).length;
  if (count >= SENTINELS_MIN) return [];
  const message =
    `${counted(count, "host")} with a Sentinel, and ${SENTINELS_MIN} are needed: ` +
    "a failover takes a majority of all Sentinels, also when any one host is lost";
  return [{ path: ["hosts"], message }];
}

/** A group and where its parts stand in the file, or should: nobody has to write a group down. */
export interface GroupEntry {
  readonly group: Group;
  readonly path: Path;
  readonly portPath: Path;
  readonly routerPortPath: Path;
}

function membershipProblems({ group, path }: GroupEntry, hosts: readonly Host[]): Problem[] {
  const problems: Problem[] = [];
  for (const [index, name] of group.hosts.entries()) {
    const host = hosts.find((candidate) => candidate.name === name);
    const at: Path = [...path, "hosts", index];
    if (host === undefined) {
      const known = hosts.map((candidate) => candidate.name);
      const meant = nearest(name, known);
      const advice = meant === undefined ? `the hosts are ${listed(known)}` : `did you mean ${meant}?`;
      problems.push({ path: at, message: `There is no host ${quoted(name)}; ${advice}` });
    } else if (!host.runs.includes("redis")) {
      problems.push({
        path: at,
        message: `Host ${name} runs no redis; add redis to its "runs" or leave it out here`,
      });
    }
    if (group.hosts.indexOf(name) !== index)
      problems.push({ path: at, message: `Host ${name} stands here twice` });
  }
  if (group.hosts.length < 2) {
    const has = `Group ${group.name} has ${counted(group.hosts.length, "Redis host")}`;
    const message = `${has}, and 2 are needed: there is nothing to fail over to`;
    problems.push({ path, message });
  }
  if (group.hosts.length > 0 && !group.hosts.includes(group.firstPrimary)) {
    const expected = `Expected one of the group's hosts (${listed(group.hosts, "or")})`;
    const message = `${expected}, found ${quoted(group.firstPrimary)}`;
    problems.push({ path: [...path, "primary"], message });
  }
  return problems;
}

export function groupProblems(entries: readonly GroupEntry[], hosts: readonly Host[]): Problem[] {
  const used = new Set(entries.flatMap(({ group }) => group.hosts));
  const idle = [...hosts.entries()].filter(
    ([, host]) => host.runs.includes("redis") && !used.has(host.name),
  );
  return [
    ...repeated(
      entries.map(({ group, path }) => {
        const message = `Another group is already called ${group.name}`;
        return { value: group.name, path: [...path, "name"], message };
      }),
    ),
    ...entries.flatMap((entry) => membershipProblems(entry, hosts)),
    ...idle.map(([index, host]) => {
      const advice = 'add it to one, or leave redis out of its "runs"';
      const message = `Host ${host.name} runs redis and belongs to no group; ${advice}`;
      return { path: ["hosts", index, "runs"], message };
    }),
  ];
}

/** A target is served by the agent of a host, and a host that runs a router has one too. */
export function targetProblems(
  targets: ClusterFile["targets"],
  hosts: readonly Host[],
  entries: readonly GroupEntry[],
): Problem[] {
  const groups = entries.map(({ group }) => group.name);
  const serving = hosts.filter(({ runs }) => runs.includes("agent") || runs.includes("router"));
  const servers = serving.map(({ name }) => name);
  const nameProblems = repeated(
    targets.map(({ name }, index) => {
      const message = `Another target is already called ${name}`;
      return { value: name, path: ["targets", index, "name"], message };
    }),
  );
  const problems = targets.flatMap(({ group, on }, index): Problem[] => {
    const path: Path = ["targets", index];
    const strangers = [...on.entries()].filter(([, name]) => !servers.includes(name));
    return [
      ...strangers.map(([position, name]) => {
        const message = `No agent and no router runs on ${quoted(name)}; they run on ${listed(servers)}`;
        return { path: [...path, "on", position], message };
      }),
      ...(group === undefined && groups.length > 1
        ? [{ path, message: `There are several groups (${listed(groups)}): name one as "group"` }]
        : []),
      ...(group !== undefined && !groups.includes(group)
        ? [{ path: [...path, "group"], message: `No group ${quoted(group)}: ${listed(groups)}` }]
        : []),
    ];
  });
  return [...nameProblems, ...problems];
}

/** The port for reads forwards bytes and waits for no replica: what is written there is not confirmed. */
export function readsProblems({ router }: Cluster): Problem[] {
  if (router.durability !== "replicated" || router.reads?.fallback !== "primary") return [];
  const message =
    "Expected refuse beside durability: replicated, found primary: a write that comes through the port " +
    "for reads would be acknowledged before a replica has it";
  return [{ path: ["router", "reads", "fallback"], message }];
}

interface PortUse {
  readonly port: number;
  readonly by: string;
  readonly path: Path;
}

function portsOn(host: Host, cluster: Cluster, entries: readonly GroupEntry[]): readonly PortUse[] {
  const uses: PortUse[] = [];
  if (host.runs.includes("sentinel"))
    uses.push({ port: cluster.sentinelPort, by: "the Sentinel", path: ["sentinel", "port"] });
  if (host.runs.includes("agent") || host.runs.includes("router")) {
    uses.push({ port: cluster.agentPort, by: "the agent", path: ["agent", "port"] });
  }
  for (const { group, portPath } of entries) {
    if (group.hosts.includes(host.name)) {
      uses.push({ port: group.redisPort, by: `Redis of group ${group.name}`, path: portPath });
    }
  }
  if (!host.runs.includes("router")) return uses;
  const routers = entries.flatMap(({ group, routerPortPath, path }): PortUse[] => {
    const by = `the router of group ${group.name}`;
    const own: PortUse = { port: group.routerPort, by, path: routerPortPath };
    if (group.readPort === undefined) return [own];
    const readPortPath = path[0] === "groups" ? [...path, "readPort"] : ["router", "readPort"];
    return [own, { port: group.readPort, by: `${by} for reads`, path: readPortPath }];
  });
  return [...uses, ...routers];
}

/**
 * Two processes of one host that want the same port; the same pair is reported once, not for every host.
 */
export function portProblems(cluster: Cluster, entries: readonly GroupEntry[]): Problem[] {
  const problems = new Map<string, Problem>();
  for (const host of cluster.hosts) {
    const taken = new Map<number, PortUse>();
    for (const use of portsOn(host, cluster, entries)) {
      const earlier = taken.get(use.port);
      const pair = `${earlier?.by} and ${use.by}`;
      if (earlier === undefined) taken.set(use.port, use);
      else if (!problems.has(pair)) {
        const wanted = `Port ${use.port} of host ${host.name} is wanted by ${pair}`;
        const message = `${wanted}; give one of them another port`;
        problems.set(pair, { path: use.path, message });
      }
    }
  }
  return [...problems.values()];
}
