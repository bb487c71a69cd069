// What running processes say of themselves, put together as a cluster file sees it: hosts by address, groups
// with one port. Pure.
import { judgeAddress } from "../cluster/address.ts";
import { listed, quoted } from "../cluster/text.ts";
import type { Endpoint } from "../cluster/types.ts";
import type { LiveRedis, LiveSentinel, LiveView } from "../doctor/facts.ts";
import { nameOf, type Row, rowName } from "../doctor/live/answers.ts";
import { inOrder } from "./address-order.ts";

/** Every process that anybody names, each of them with an answer. */
export interface Seen {
  readonly redis: readonly LiveRedis[];
  readonly sentinels: readonly LiveSentinel[];
  /** Whether they were asked by TLS. */
  readonly isEncrypted: boolean;
}

export interface SeenGroup {
  readonly name: string;
  readonly port: number;
  readonly primary: LiveRedis;
  /** The primary among them, in the order of addresses. */
  readonly nodes: readonly LiveRedis[];
  readonly views: readonly { readonly sentinel: LiveSentinel; readonly view: LiveView }[];
}

export interface SeenHost {
  /** h1, h2, ... in the order of addresses. */
  readonly name: string;
  readonly address: string;
  readonly hasRedis: boolean;
  readonly hasSentinel: boolean;
}

export interface SeenCluster {
  readonly hosts: readonly SeenHost[];
  readonly groups: readonly SeenGroup[];
  readonly sentinelPort: number;
}

/** Sentences; without any there is a cluster. */
export type Understood =
  | { readonly kind: "ok"; readonly cluster: SeenCluster }
  | { readonly kind: "refused"; readonly reasons: readonly string[] };

const isLoopback = (address: string): boolean => address.startsWith("127.") || address === "::1";

function addressReasons(addresses: readonly string[]): readonly string[] {
  const bad = addresses.flatMap((address) => {
    const judged = judgeAddress(address);
    return judged.kind === "refused" ? [`${quoted(address)}: ${judged.message}`] : [];
  });
  const loopback = addresses.filter(isLoopback);
  if (loopback.length === 0 || loopback.length === addresses.length) return bad;
  return [...bad, `${listed(loopback)} is the same machine for nobody else; name it as others reach it`];
}

/** The one port of several processes, or a sentence. */
function portOf(what: string, places: readonly Endpoint[], reasons: string[]): number {
  const ports = [...new Set(places.map(({ port }) => port))];
  const hosts = new Set(places.map(({ address }) => address));
  if (ports.length > 1)
    reasons.push(`${what} listen at ports ${listed(ports.map(String))}, and a cluster file has one`);
  else if (hosts.size < places.length) reasons.push(`${what}: two of them have the same address`);
  return ports[0] ?? 0;
}

const rowsOf = ({ primary, replicas }: LiveView): readonly Row[] => [primary, ...replicas];

function groupOf(name: string, { redis, sentinels }: Seen, reasons: string[]): SeenGroup | undefined {
  const views = sentinels.flatMap((sentinel) => {
    const view = sentinel.groups.get(name);
    return view === undefined ? [] : [{ sentinel, view }];
  });
  const known = new Set(views.flatMap(({ view }) => rowsOf(view).map(rowName)));
  const nodes = inOrder(redis.filter((node) => known.has(nameOf(node))));
  const primaries = new Set(views.map(({ view }) => rowName(view.primary)));
  const missing = [...known].filter((place) => !nodes.some((node) => nameOf(node) === place));
  for (const place of missing)
    reasons.push(`group ${quoted(name)}: nothing is known of its node ${quoted(place)}`);
  const primary = nodes.find((node) => primaries.has(nameOf(node)));
  if (primaries.size !== 1 || primary === undefined) {
    reasons.push(
      `group ${quoted(name)}: Sentinels name ${listed([...primaries].map(quoted))} as primary`,
    );
    return undefined;
  }
  const port = portOf(`the nodes of group ${quoted(name)}`, nodes, reasons);
  return { name, port, primary, nodes, views };
}

function hostsOf({ redis, sentinels }: Seen): readonly SeenHost[] {
  const addresses = [...new Set([...redis, ...sentinels].map(({ address }) => address))];
  return inOrder(addresses.map((address) => ({ address, port: 0 }))).map(({ address }, index) => ({
    name: `h${index + 1}`,
    address,
    hasRedis: redis.some((node) => node.address === address),
    hasSentinel: sentinels.some((sentinel) => sentinel.address === address),
  }));
}

export function clusterSeen(seen: Seen): Understood {
  const hosts = hostsOf(seen);
  const reasons = [...addressReasons(hosts.map(({ address }) => address))];
  const names = [...new Set(seen.sentinels.flatMap(({ groups }) => [...groups.keys()]))].sort();
  if (names.length === 0) reasons.push("no Sentinel watches any group");
  const sentinelPort = portOf("the Sentinels", seen.sentinels, reasons);
  const groups = names.flatMap((name) => groupOf(name, seen, reasons) ?? []);
  for (const node of seen.redis) {
    if (groups.length < names.length || groups.some(({ nodes }) => nodes.includes(node))) continue;
    reasons.push(`${nameOf(node)} hangs on a node of the cluster, and no Sentinel knows of it`);
  }
  if (reasons.length > 0) return { kind: "refused", reasons };
  return { kind: "ok", cluster: { hosts, groups, sentinelPort } };
}
