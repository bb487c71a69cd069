// HAProxy in front of the nodes, for who wants it instead of a router: the agents say who is primary.
import type { GroupPlan, Layout, NodePlan } from "../../cluster/types.ts";
import type { RenderedFile, Renderer } from "../renderer.ts";

/** Half the time in which a router would have moved its clients; a failed check closes their sessions. */
const CHECK_MS = 250;

const hostPort = (address: string, port: number): string =>
  address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;

/** The agent beside a node listens at the host's own address, which is the node's, too. */
function serverLine({ cluster }: Layout, { id, address, port }: NodePlan): string {
  const name = id.replaceAll(":", "_");
  return `  server ${name} ${hostPort(address, port)} check port ${cluster.agentPort}`;
}

function sectionOf(layout: Layout, { name, nodes }: GroupPlan, port: number): readonly string[] {
  return [
    "",
    `listen redis_${name}`,
    `  bind 127.0.0.1:${port}`,
    `  option httpchk GET /primary?group=${name}`,
    "  http-check expect status 200",
    // The sessions of a node that is no longer primary would go on writing to it.
    `  default-server inter ${CHECK_MS}ms fastinter ${CHECK_MS}ms downinter ${CHECK_MS}ms fall 1 rise 1 ` +
      "on-marked-down shutdown-sessions",
    ...nodes.map((node) => serverLine(layout, node)),
  ];
}

function file(layout: Layout): RenderedFile {
  const lines = [
    "# Written by Baton, for a host of an application. A planned switchover closes its sessions, and writes",
    "# that are under way in a failover have an unknown outcome: a router of Baton does better in both.",
    "global",
    "  maxconn 10000",
    "",
    "defaults",
    "  mode tcp",
    "  option clitcpka",
    "  option srvtcpka",
    "  timeout connect 1s",
    "  timeout check 1s",
    "  # Sessions of Redis are idle for as long as they like.",
    "  timeout client 24h",
    "  timeout server 24h",
    ...layout.cluster.groups.flatMap(({ name, routerPort }) => {
      const group = layout.groups.find((one) => one.name === name);
      return group === undefined ? [] : sectionOf(layout, group, routerPort);
    }),
  ];
  return {
    host: undefined,
    path: "haproxy/haproxy.cfg",
    readers: "everybody",
    text: `${lines.join("\n")}\n`,
  };
}

/** A node that nobody can be asked about would never be led to. */
function isWhole({ cluster, groups, agents }: Layout): boolean {
  const asked = new Set(agents.map(({ id }) => id));
  const hosts = groups.flatMap(({ nodes }) => nodes.map(({ host }) => host));
  return cluster.agentListen === "host" && hosts.every((host) => asked.has(host));
}

export const haproxy: Renderer = {
  id: "haproxy",
  summary:
    "haproxy.cfg that asks the agents who is primary, where each node has one that listens for others.",
  files: ({ layout }) => (isWhole(layout) ? [file(layout)] : []),
};
