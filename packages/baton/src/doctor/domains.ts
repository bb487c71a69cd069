// What fails together: hosts and zones, and who of a group is in each.
import type { HostFacts, RedisInstance, SentinelInstance } from "./facts.ts";

export interface Domain<T> {
  readonly kind: "host" | "zone";
  readonly name: string;
  readonly members: readonly T[];
}

/** For messages, in front of a name. */
export function within(kind: Domain<unknown>["kind"]): string {
  return kind === "host" ? "on the host" : "in the zone";
}

/**
 * The hosts of all members, and their zones where there are two or more: who has one zone only has accepted
 * its loss. Undefined when the host of one is not known.
 */
export function domainsOf<T extends RedisInstance | SentinelInstance>(
  members: readonly T[],
): readonly Domain<T>[] | undefined {
  const hosts = members.map(({ host }) => host?.name);
  if (hosts.includes(undefined)) return undefined;
  const byHost = grouped(members, "host", (host) => host.name);
  const byZone = grouped(members, "zone", (host) => host.zone);
  const everyZone = members.every(({ host }) => host?.zone !== undefined);
  return everyZone && byZone.length > 1 ? [...byHost, ...byZone] : byHost;
}

function grouped<T extends RedisInstance | SentinelInstance>(
  members: readonly T[],
  kind: Domain<T>["kind"],
  nameOf: (host: HostFacts) => string | undefined,
): readonly Domain<T>[] {
  const found = new Map<string, T[]>();
  for (const member of members) {
    const name = member.host && nameOf(member.host);
    if (name === undefined) continue;
    const inside = found.get(name);
    if (inside === undefined) found.set(name, [member]);
    else inside.push(member);
  }
  return [...found].map(([name, inside]) => ({ kind, name, members: inside }));
}
