// What follows from a cluster file, for people and for machines: promises, timings with their reasons,
// what runs where.
import { formatDuration, formatRpo } from "./duration.ts";
import { hostNamed } from "./layout.ts";
import { counted, wrapped } from "./text.ts";
import type { Cluster, Derived, Host, Layout, Role, Timings } from "./types.ts";

export interface ProcessLine {
  readonly runs: Role;
  /** Of a Redis node or a router; the others serve all groups. */
  readonly group?: string;
  readonly port: number;
  /** Of a router that has a second port, for reads from replicas. */
  readonly readPort?: number;
}

/** `baton explain --json`: keys are only ever added. */
export interface Explanation {
  readonly name: string;
  readonly objectives: { readonly rtoMs: number; readonly rpo: string; readonly rpoMs: number | null };
  readonly durability: Cluster["router"]["durability"];
  /** Which connections are TLS; the agents' own HTTP never is. */
  readonly tls: { readonly redis: boolean; readonly router: boolean };
  readonly groups: readonly {
    readonly name: string;
    readonly firstPrimary: string;
    readonly hosts: readonly string[];
    readonly timings: Timings;
  }[];
  readonly hosts: readonly (Pick<Host, "name" | "address" | "zone"> & {
    readonly processes: readonly ProcessLine[];
  })[];
}

/**
 * Names as in redis.conf, sentinel.conf and SENTINEL DEBUG, so that they can be searched for; units are
 * these commands'.
 */
const TIMINGS: readonly {
  readonly key: keyof Timings;
  readonly label: string;
  readonly unit: string;
}[] = [
  { key: "downAfterMs", label: "down-after", unit: " ms" },
  { key: "failoverTimeoutMs", label: "failover-timeout", unit: " ms" },
  { key: "parallelSyncs", label: "parallel-syncs", unit: "" },
  { key: "quorum", label: "quorum", unit: "" },
  { key: "minReplicasToWrite", label: "min-replicas-to-write", unit: "" },
  { key: "minReplicasMaxLagSeconds", label: "min-replicas-max-lag", unit: " s" },
  { key: "tiltPeriodMs", label: "tilt-period", unit: " ms" },
  { key: "infoPeriodMs", label: "info-period", unit: " ms" },
  { key: "publishPeriodMs", label: "publish-period", unit: " ms" },
];

const DURABILITY: Readonly<Record<Explanation["durability"], string>> = {
  async: "A write is acknowledged before a replica has it.",
  replicated: "A router acknowledges a write when all replicas have it that could be promoted.",
};

/** Nothing for a cluster without TLS: there is no key in its file to explain. */
function tlsRows({ tls: { redis, router } }: Explanation): readonly (readonly string[])[] {
  if (!redis && !router) return [];
  const between = "between Redis, Sentinel and Baton";
  const toRouters = "from clients to the routers";
  if (redis && router) return [["tls", "all", `TLS ${between}, and ${toRouters}.`]];
  const [word, encrypted, plain] = redis
    ? ["redis", between, toRouters]
    : ["router", toRouters, between];
  return [["tls", word, `TLS ${encrypted}. Plain text ${plain}, passwords included.`]];
}

/** Nothing for a cluster in several zones: a file of which the loss of one is no failover is refused. */
function zoneRows({ hosts }: Explanation): readonly (readonly string[])[] {
  const serving = hosts.filter(({ processes }) =>
    processes.some(({ runs }) => runs === "redis" || runs === "sentinel"),
  );
  const [zone, ...others] = new Set(serving.map((host) => host.zone));
  if (zone === undefined || others.length > 0) return [];
  return [["zones", "1", `All of Redis and Sentinel is in zone ${zone}, and stops with it.`]];
}

function processesOn(layout: Layout, hostName: string): readonly ProcessLine[] {
  const nodes = layout.groups.flatMap((group) => {
    return group.nodes
      .filter(({ host }) => host === hostName)
      .map(({ port }) => ({ group: group.name, port }));
  });
  const on = <Plan extends { readonly id: string }>(plans: readonly Plan[]): readonly Plan[] => {
    return plans.filter(({ id }) => id === hostName);
  };
  const routers = layout.routers.filter(({ host }) => host === hostName);
  return [
    ...nodes.map(({ group, port }): ProcessLine => ({ runs: "redis", group, port })),
    ...on(layout.sentinels).map(({ port }): ProcessLine => ({ runs: "sentinel", port })),
    ...routers.map(({ group, port, readPort }): ProcessLine => {
      return { runs: "router", group, port, ...(readPort === undefined ? {} : { readPort }) };
    }),
    ...on(layout.agents).map(({ port }): ProcessLine => ({ runs: "agent", port })),
  ];
}

export function explanationOf(layout: Layout): Explanation {
  const { cluster } = layout;
  const { rtoMs, rpo } = cluster.objectives;
  return {
    name: cluster.name,
    objectives: { rtoMs, rpo: formatRpo(rpo), rpoMs: rpo.kind === "none" ? null : rpo.ms },
    durability: cluster.router.durability,
    tls: { redis: cluster.tls?.redis ?? false, router: cluster.tls?.router ?? false },
    groups: layout.groups.map(({ name, firstPrimary, nodes, timings }) => {
      return { name, firstPrimary: firstPrimary.host, hosts: nodes.map(({ host }) => host), timings };
    }),
    hosts: cluster.hosts.map((host) => {
      const { name, address, zone } = hostNamed(cluster, host.name);
      return { name, address, zone, processes: processesOn(layout, name) };
    }),
  };
}

const WRAP_MIN = 24;

/**
 * Rows of cells, as wide as the widest of each column; the last column is wrapped to what is left of
 * `columns`.
 */
function table(rows: readonly (readonly string[])[], columns: number): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const fixed = widths.slice(0, -1);
  const indent = 2 + fixed.reduce((sum, width) => sum + width + 2, 0);
  return rows.flatMap((row) => {
    const head = `  ${fixed.map((width, column) => `${(row[column] ?? "").padEnd(width)}  `).join("")}`;
    const [first = "", ...rest] = wrapped(row.at(-1) ?? "", Math.max(WRAP_MIN, columns - indent));
    return [`${head}${first}`.trimEnd(), ...rest.map((line) => `${" ".repeat(indent)}${line}`)];
  });
}

function timingRow(
  { label, unit }: (typeof TIMINGS)[number],
  { value, origin, reason }: Derived,
): readonly string[] {
  return [label, `${value}${unit}`, origin, reason];
}

function processText({ runs, group, port, readPort }: ProcessLine): string {
  const reads = readPort === undefined ? "" : ` (reads :${readPort})`;
  return `${group === undefined ? runs : `${runs} of ${group}`} :${port}${reads}`;
}

export interface ExplanationText {
  /** Terminal columns to wrap to. */
  readonly columns: number;
  readonly heading: (text: string) => string;
}

/** Lines for a terminal. */
export function explanationLines(
  explanation: Explanation,
  { columns, heading }: ExplanationText,
): readonly string[] {
  const { name, objectives, durability, groups, hosts } = explanation;
  const rto = `Writes flow again at most this long after a primary crashed, for clients on the router.`;
  const rpo =
    objectives.rpoMs === null
      ? "No promise: an acknowledged write of any age may get lost."
      : "An acknowledged write that is older than this when a primary fails is not lost.";
  return [
    heading(`Cluster ${name}`),
    ...table(
      [
        ["rto", formatDuration(objectives.rtoMs), rto],
        ["rpo", objectives.rpo, rpo],
        ["durability", durability, DURABILITY[durability]],
        ...tlsRows(explanation),
        ...zoneRows(explanation),
      ],
      columns,
    ),
    ...groups.flatMap((group) => {
      const replicas = group.hosts.filter((host) => host !== group.firstPrimary);
      const count = counted(replicas.length, "replica");
      return [
        "",
        heading(`Group ${group.name}: ${group.firstPrimary} starts as primary of ${count}`),
        ...table(
          TIMINGS.map((timing) => timingRow(timing, group.timings[timing.key])),
          columns,
        ),
      ];
    }),
    "",
    heading("What runs where"),
    ...table(
      hosts.map((host) => [
        host.name,
        host.address,
        `zone ${host.zone}`,
        host.processes.map(processText).join(", "),
      ]),
      columns,
    ),
  ];
}
