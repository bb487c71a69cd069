// Which further processes the answers name: how doctor finds a whole cluster from one Sentinel.
import type { Endpoint } from "../../cluster/types.ts";
import type { LiveRedis, LiveSentinel } from "../facts.ts";

/** The other Sentinels of all groups. */
export function sentinelsNamedBy(sentinels: readonly LiveSentinel[]): readonly Endpoint[] {
  const rows = sentinels.flatMap(({ groups }) => [...groups.values()].flatMap((view) => view.sentinels));
  return endpointsOf(rows.map((row) => [row.get("ip"), row.get("port")]));
}

/** Primaries and replicas of all groups, by Sentinels. */
export function nodesNamedBy(sentinels: readonly LiveSentinel[]): readonly Endpoint[] {
  const views = sentinels.flatMap(({ groups }) => [...groups.values()]);
  const rows = views.flatMap(({ primary, replicas }) => [primary, ...replicas]);
  return endpointsOf(rows.map((row) => [row.get("ip"), row.get("port")]));
}

/** The primary of a replica and the replicas of a primary, by the nodes themselves. */
export function nodesNamedByNodes(nodes: readonly LiveRedis[]): readonly Endpoint[] {
  return nodes.flatMap(({ info }) => {
    if (info === undefined) return [];
    const replicas = [...info]
      .filter(([name]) => /^slave\d+$/.test(name))
      .map(
        ([, text]) =>
          [/(?:^|,)ip=([^,]*)/.exec(text)?.[1], /(?:^|,)port=([^,]*)/.exec(text)?.[1]] as const,
      );
    return endpointsOf([[info.get("master_host"), info.get("master_port")], ...replicas]);
  });
}

function endpointsOf(
  pairs: readonly (readonly [string | undefined, string | undefined])[],
): readonly Endpoint[] {
  return pairs.flatMap(([address = "", text = ""]) => {
    const port = Number(text);
    // Sentinel says "?" and port 0 for what it does not know.
    const isPlace = /^[\w.:%-]+$/.test(address) && Number.isInteger(port) && port > 0 && port < 65_536;
    return isPlace ? [{ address, port }] : [];
  });
}
