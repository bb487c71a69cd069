// Which packets a host drops for a drill: only those of the cluster's own ports, so that SSH and everything
// else goes on. Pure.
import type { Layout } from "../../cluster/types.ts";
import { assert, BatonError } from "../../errors.ts";
import { CLIENTS } from "../../lab/wires.ts";

/** A table of its own: it is loaded and deleted as a whole, and nobody else's rules are touched. */
export const TABLE = "inet baton_drill";

export interface Cut {
  /** Where the packets are dropped. */
  readonly host: string;
  /** Lines for `nft -f`, that add to the table. */
  readonly rules: readonly string[];
}

const unique = <T>(values: readonly T[]): readonly T[] => [...new Set(values)];

function portsOf({ cluster, groups, sentinels, routers }: Layout): readonly number[] {
  const routed = routers.flatMap(({ port, readPort }) =>
    readPort === undefined ? [port] : [port, readPort],
  );
  const nodes = groups.flatMap((group) => group.nodes.map(({ port }) => port));
  const all = [...nodes, ...sentinels.map(({ port }) => port), ...routed, cluster.agentPort];
  return unique(all).toSorted((a, b) => a - b);
}

const isIpv6 = (address: string): boolean => address.includes(":");

function checked(address: string): string {
  assert(/^[0-9a-f.:]+$/.test(address), `"${address}" is no plain address`);
  return address;
}

/** One host, or everybody who is none: what follows `ip` or `ip6` and the side of the packet. */
function peersOf(
  { cluster }: Layout,
  place: string,
): readonly (readonly [family: string, set: string])[] {
  if (place !== CLIENTS) {
    const address = cluster.hosts.find(({ name }) => name === place)?.address;
    assert(address !== undefined, `cluster ${cluster.name} has no host ${place}`);
    return [[isIpv6(address) ? "ip6" : "ip", checked(address)]];
  }
  const addresses = cluster.hosts.map(({ address }) => checked(address));
  const strangers = (family: string, own: readonly string[]) =>
    [family, `!= { ${own.join(", ")} }`] as const;
  const four = addresses.filter((address) => !isIpv6(address));
  const six = addresses.filter(isIpv6);
  return [
    strangers("ip", four.length === 0 ? ["0.0.0.0"] : four),
    strangers("ip6", six.length === 0 ? ["::"] : six),
  ];
}

function rulesOf(layout: Layout, direction: "in" | "out", place: string): readonly string[] {
  const ports = `{ ${portsOf(layout).join(", ")} }`;
  const [chain, link, side] =
    direction === "in" ? ["input", "iifname", "saddr"] : ["output", "oifname", "daddr"];
  return peersOf(layout, place).flatMap(([family, set]) =>
    // A server's packets come from its port, a client's go to it.
    ["dport", "sport"].map(
      (end) =>
        `add rule ${TABLE} ${chain} ${link} != "lo" ${family} ${side} ${set} tcp ${end} ${ports} drop`,
    ),
  );
}

/** @throws BatonError USAGE for a link without a host at one of its ends. */
export function cutOf(
  layout: Layout,
  { from, to, isOneWay }: { readonly from: string; readonly to: string; readonly isOneWay: boolean },
): Cut {
  if (from === to || (from === CLIENTS && to === CLIENTS))
    throw new BatonError("USAGE", `a link needs two ends, and both are ${from}`);
  const host = from === CLIENTS ? to : from;
  const other = host === from ? to : from;
  const first = host === from ? "out" : "in";
  const rules = rulesOf(layout, first, other);
  if (isOneWay) return { host, rules };
  return { host, rules: [...rules, ...rulesOf(layout, first === "out" ? "in" : "out", other)] };
}

/** What `nft -f` reads: all of it comes into force at once. */
export const tableText = (rules: readonly string[]): readonly string[] => [
  `table ${TABLE} {`,
  "  chain input { type filter hook input priority -20; policy accept; }",
  "  chain output { type filter hook output priority -20; policy accept; }",
  "}",
  ...rules,
];
