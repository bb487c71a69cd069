// A cluster of many small groups on three loopback hosts: a primary and a replica each, as many primaries on
// each host as on the others. Pure.

export interface Place {
  /** First three numbers of the hosts' addresses. */
  readonly network: string;
  /** Folder with the files that lab/secrets.ts makes. */
  readonly secrets: string;
}

/** The host of the agent that is measured; it runs the routers, too. */
export const MEASURED = "h1";
const HOSTS = ["h1", "h2", "h3"] as const;
const PAIRS = [
  ["h1", "h2"],
  ["h2", "h3"],
  ["h3", "h1"],
] as const;
const FIRST_PORT = 10_000;
const FIRST_ROUTER_PORT = 20_000;

/**
 * What makes two thousand servers fit on one small machine: no disk, a tenth of the background work, room for
 * few connections. Nothing that an agent or a Sentinel sees differs.
 */
const SETTINGS = [
  'appendonly: "no"',
  'save: ""',
  "hz: 1",
  'dynamic-hz: "no"',
  "maxclients: 64",
  "repl-backlog-size: 64kb",
  'jemalloc-bg-thread: "no"',
  'activerehashing: "no"',
];
const PASSWORDS = ["application", "replication", "sentinel", "peer", "agent"];

const groupName = (index: number): string => `g${String(index).padStart(4, "0")}`;

export function clusterText(groups: number, { network, secrets }: Place): string {
  const pairs = Array.from({ length: groups }, (_, index) => PAIRS[index % PAIRS.length] ?? PAIRS[0]);
  const used = new Set<string>(pairs.flat());
  const hosts = HOSTS.map((name, index) => {
    const roles = [
      ...(used.has(name) ? ["redis"] : []),
      "sentinel",
      "agent",
      ...(name === MEASURED ? ["router"] : []),
    ];
    const where = `address: ${network}.${index + 1}, zone: z${index + 1}`;
    return `  - { name: ${name}, ${where}, runs: [${roles.join(", ")}] }`;
  });
  const lines = pairs.map((pair, index) => {
    const ports = `port: ${FIRST_PORT + index}, routerPort: ${FIRST_ROUTER_PORT + index}`;
    return `  - { name: ${groupName(index)}, hosts: [${pair.join(", ")}], ${ports} }`;
  });
  return [
    "name: bench-groups",
    "objectives: { rto: 10s, rpo: none }",
    "sentinel: { downAfter: 5s }",
    "hosts:",
    ...hosts,
    "groups:",
    ...lines,
    `redis: { settings: { ${SETTINGS.join(", ")} } }`,
    "secrets:",
    ...PASSWORDS.map((name) => `  ${name}: { file: ${secrets}/${name}.password }`),
    `  token: { file: ${secrets}/token }`,
    "",
  ].join("\n");
}
