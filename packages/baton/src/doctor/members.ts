// The addresses at which Redis and Sentinel processes are known to be.
import { isIP } from "node:net";
import type { Facts } from "./facts.ts";
import { nearestIn } from "./near.ts";
import { oncePer } from "./once.ts";
import { addressOf, isAnyInterface, isLoopback } from "./settings.ts";

/** An address, and the file that says so. */
interface Known {
  readonly address: string | undefined;
  readonly file: string;
}

/**
 * Literal addresses of nodes, from their files, from replicaof and from the hosts of an inventory; of
 * several clusters those of the one that the file lies nearest to.
 */
export function redisAddresses(facts: Facts, near: string): readonly string[] {
  return literal(knownNodes(facts)(near));
}

const knownNodes = oncePer((facts: Facts) => {
  const own = facts.redis.map((node) => {
    return { address: addressOf(node)?.address, file: node.config?.file ?? "" };
  });
  const monitored = facts.sentinels.flatMap(({ config }) => config?.monitors ?? []);
  const primaries = monitored.map(({ address }) => {
    return { address: address.isUnknown ? undefined : address.text, file: address.place.file };
  });
  const inventory = inventoryAddresses(facts, /redis|primary|replica|master|slave/i);
  return nearestIn<Known>([...own, ...primaries, ...inventory], ({ file }) => file);
});

/** The same of Sentinels. */
export function sentinelAddresses(facts: Facts, near: string): readonly string[] {
  return literal(knownSentinels(facts)(near));
}

const knownSentinels = oncePer((facts: Facts) => {
  const own = facts.sentinels.map((sentinel) => {
    return { address: addressOf(sentinel)?.address, file: sentinel.config?.file ?? "" };
  });
  const inventory = inventoryAddresses(facts, /sentinel/i);
  return nearestIn<Known>([...own, ...inventory], ({ file }) => file);
});

/** A group named redis_sentinels is one of Sentinels only. */
function inventoryAddresses(facts: Facts, wanted: RegExp): readonly Known[] {
  const isMeant = (group: string): boolean =>
    wanted.test(group) && (wanted.test("sentinel") || !/sentinel/i.test(group));
  return facts.inventory.flatMap(({ file, hosts, machines }) =>
    machines.flatMap(({ addresses }, index) =>
      hosts[index]?.groups.some(isMeant) === true ? addresses.map((address) => ({ address, file })) : [],
    ),
  );
}

const literal = oncePer((known: readonly Known[]): readonly string[] => {
  const addresses = known.map(({ address }) => address);
  return [...new Set(addresses.filter((address) => address !== undefined))].filter(
    (address) => isIP(address) === 4 && !isLoopback(address) && !isAnyInterface(address),
  );
});
