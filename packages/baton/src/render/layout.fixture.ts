// A layout of three hosts written by hand, for tests of the renderers and of what their files do to real
// processes.
import type { Derived, Layout, Secrets, Timings } from "../cluster/types.ts";
import type { Site } from "./renderer.ts";

const derived = (value: number): Derived => ({
  value,
  reason: "written by hand for a test",
  origin: "set",
});

const handmadeTimings: Timings = {
  downAfterMs: derived(3000),
  failoverTimeoutMs: derived(10_000),
  parallelSyncs: derived(1),
  quorum: derived(2),
  minReplicasToWrite: derived(1),
  minReplicasMaxLagSeconds: derived(3),
  tiltPeriodMs: derived(5000),
  infoPeriodMs: derived(1000),
  publishPeriodMs: derived(500),
};

// More awkward than those that `baton render` takes: blanks, quotes, backslashes, bytes beyond ASCII.
export const handmadeSecrets: Secrets = {
  application: "app lication",
  replication: 'rep"li\\cation',
  sentinel: "senti'nel é",
  peer: "#peer",
  agent: "agent",
};

/** Three hosts, each with a node and a Sentinel; the first host starts as primary. */
export function handmadeLayout(
  addresses: readonly [string, string, string],
  redisSettings: Readonly<Record<string, string>> = {},
): Layout {
  const hosts = addresses.map((address, index) => ({
    name: `h${index + 1}`,
    address,
    zone: `z${index + 1}`,
  }));
  const at = (port: number) =>
    hosts.map(({ name, address, zone }) => ({ id: name, host: name, zone, address, port }));
  const nodes = at(6379);
  const [firstPrimary] = nodes;
  if (firstPrimary === undefined) throw new Error("a layout needs a host");
  const reference = { kind: "env", name: "UNUSED" } as const;
  return {
    cluster: {
      name: "handmade",
      objectives: { rtoMs: 5000, rpo: { kind: "bounded", ms: 5000 } },
      hosts: hosts.map((host) => ({ ...host, runs: ["redis", "sentinel"] })),
      groups: [
        {
          name: "orders",
          firstPrimary: "h1",
          hosts: ["h1", "h2", "h3"],
          redisPort: 6379,
          routerPort: 7379,
        },
      ],
      sentinelPort: 26379,
      agentPort: 8379,
      agentListen: "loopback",
      targets: [],
      agentFence: true,
      redisSettings,
      router: { holdMs: 10_000, holdSessions: 1000, durability: "async" },
      overrides: {},
      secrets: {
        application: reference,
        replication: reference,
        sentinel: reference,
        peer: reference,
        agent: reference,
      },
    },
    groups: [{ name: "orders", nodes, firstPrimary, timings: handmadeTimings }],
    sentinels: at(26_379).map(({ id, zone, address, port }) => ({ id, zone, address, port })),
    agents: [],
    routers: [],
  };
}

/** Everything below one folder, bound to the announced addresses of the layout. */
export function handmadeSite(layout: Layout, root: string): Site {
  const place = (kind: string, id: string) => ({
    config: `${root}/${id}/${kind}.conf`,
    dataDirectory: `${root}/${id}/${kind}`,
    log: `${root}/${id}/${kind}.log`,
  });
  return {
    redis: ({ id }) => place("redis", id),
    sentinel: ({ id }) => place("sentinel", id),
    listenAddress: (name) => {
      const host = layout.cluster.hosts.find((host) => host.name === name);
      if (host === undefined) throw new Error(`no host ${name} in the layout`);
      return host.address;
    },
  };
}
