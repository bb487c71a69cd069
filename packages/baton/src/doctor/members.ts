// The addresses at which Redis and Sentinel processes are known to be.
import { isIP } from "node:net";
import type { Facts } from "./facts.ts";
import { addressOf, isAnyInterface, isLoopback } from "./settings.ts";

/** Literal addresses of nodes, from their files, from replicaof and from the hosts of an inventory. */
export function redisAddresses(facts: Facts): readonly string[] {
  const own = facts.redis.map((node) => addressOf(node)?.address);
  const monitored = facts.sentinels.flatMap(({ config }) => config?.monitors ?? []);
  const primaries = monitored.map(({ address }) => (address.isUnknown ? undefined : address.text));
  return literal([
    ...own,
    ...primaries,
    ...inventoryAddresses(facts, /redis|primary|replica|master|slave/i),
  ]);
}

export function sentinelAddresses(facts: Facts): readonly string[] {
  const own = facts.sentinels.map((sentinel) => addressOf(sentinel)?.address);
  return literal([...own, ...inventoryAddresses(facts, /sentinel/i)]);
}

/** A group named redis_sentinels is one of Sentinels only. */
function inventoryAddresses(facts: Facts, wanted: RegExp): readonly string[] {
  const isMeant = (group: string): boolean =>
    wanted.test(group) && (wanted.test("sentinel") || !/sentinel/i.test(group));
  return facts.inventory.flatMap(({ hosts, machines }) =>
    machines.flatMap(({ addresses }, index) =>
      hosts[index]?.groups.some(isMeant) === true ? addresses : [],
    ),
  );
}

function literal(addresses: readonly (string | undefined)[]): readonly string[] {
  const known = addresses.filter((address) => address !== undefined);
  return [...new Set(known)].filter(
    (address) => isIP(address) === 4 && !isLoopback(address) && !isAnyInterface(address),
  );
}
