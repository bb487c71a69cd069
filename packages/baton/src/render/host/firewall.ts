// The firewall of every host: a table of its own in nftables, which speaks of Baton's ports and of no others.
import type { FirewallPlan, Layout, Role } from "../../cluster/types.ts";
import type { RenderedFile, Renderer } from "../renderer.ts";
import { SETTINGS_FOLDER } from "./places.ts";
import { command, remark, unitText } from "./unit-text.ts";

const PATH = `${SETTINGS_FOLDER}/firewall.nft`;

/** One kind of port of this host, and who may come to it. */
interface Door {
  readonly ports: readonly number[];
  readonly what: string;
  readonly sources: readonly string[];
}

/** A host that is taken out of service hands over first, and has to come to everybody for that. */
function addressesOf({ cluster }: Layout, ...roles: readonly Role[]): readonly string[] {
  return cluster.hosts
    .filter(({ runs }) => runs.length === 0 || runs.some((role) => roles.includes(role)))
    .map(({ address }) => address);
}

const unique = <T>(values: readonly T[]): readonly T[] => [...new Set(values)];

function doorsOf(layout: Layout, host: string, firewall: FirewallPlan): readonly Door[] {
  const { cluster, groups, sentinels, agents, routers } = layout;
  const { applications, monitoring } = firewall;
  // Replicas come to the primary, and every node may become one; Sentinels, agents and routers look at all.
  const insiders = addressesOf(layout, "redis", "sentinel", "agent", "router");
  const redis = groups.flatMap(({ nodes }) => nodes.filter((node) => node.host === host));
  const sentinel = sentinels.filter(({ id }) => id === host);
  const routed = routers
    .filter((router) => router.host === host)
    .flatMap(({ port, readPort }) => (readPort === undefined ? [port] : [port, readPort]));
  const agent = cluster.agentListen === "host" ? agents.filter(({ id }) => id === host) : [];
  const everybody = cluster.hosts.map(({ address }) => address);
  return [
    { what: "Redis", ports: redis.map(({ port }) => port), sources: [...insiders, ...applications] },
    {
      what: "Sentinel",
      ports: sentinel.map(({ port }) => port),
      sources: [...insiders, ...applications],
    },
    { what: "routers", ports: routed, sources: [...everybody, ...applications] },
    { what: "the agent", ports: agent.map(({ port }) => port), sources: [...everybody, ...monitoring] },
  ]
    .map(({ what, ports, sources }) => ({ what, ports: unique(ports), sources: unique(sources) }))
    .filter(({ ports }) => ports.length > 0);
}

/** One line a source: networks may hold one another, and a set of nftables takes no such thing. */
function doorLines({ what, ports, sources }: Door): readonly string[] {
  const port = `tcp dport { ${ports.join(", ")} }`;
  const accepted = sources.map((source) => {
    const family = source.includes(":") ? "ip6" : "ip";
    return `    ${family} saddr ${source} ${port} accept`;
  });
  return [`    # ${what}`, ...accepted, `    ${port} drop`];
}

function tableText(doors: readonly Door[]): string {
  return [
    "#!/usr/sbin/nft -f",
    "# Written by Baton. Loading it again replaces this table and touches no other.",
    "table inet baton",
    "delete table inet baton",
    "",
    "table inet baton {",
    "  chain input {",
    "    # Whatever is not named here is left to other tables.",
    "    type filter hook input priority -10; policy accept;",
    '    iifname "lo" accept',
    ...doors.flatMap(doorLines),
    "  }",
    "}",
    "",
  ].join("\n");
}

function unit(host: string): RenderedFile {
  const text = unitText(
    ["Closes the cluster's ports to strangers, before anything listens there."],
    [
      {
        name: "Unit",
        lines: [
          ["Description", "Firewall of Baton's ports"],
          ["Wants", "network-pre.target"],
          ["Before", "network-pre.target"],
          remark("From before the network is up until the machine is off."),
          ["DefaultDependencies", "no"],
        ],
      },
      {
        name: "Service",
        lines: [
          ["Type", "oneshot"],
          ["RemainAfterExit", "yes"],
          ["ExecStart", command(`/usr/sbin/nft -f ${PATH}`)],
          ["ExecReload", command(`/usr/sbin/nft -f ${PATH}`)],
          remark("Stopping it opens the ports again."),
          ["ExecStop", command("/usr/sbin/nft delete table inet baton")],
        ],
      },
      { name: "Install", lines: [["WantedBy", "sysinit.target"]] },
    ],
  );
  return { host, path: "/etc/systemd/system/baton-firewall.service", readers: "everybody", text };
}

export const firewall: Renderer = {
  id: "firewall",
  summary: "nftables rules of every host, where the cluster file has the section `firewall`.",
  files: ({ layout }) => {
    const plan = layout.cluster.firewall;
    if (plan === undefined) return [];
    return layout.cluster.hosts.flatMap(({ name: host }): readonly RenderedFile[] => {
      const doors = doorsOf(layout, host, plan);
      if (doors.length === 0) return [];
      return [{ host, path: PATH, readers: "everybody", text: tableText(doors) }, unit(host)];
    });
  },
};
