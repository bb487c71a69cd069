// ADDRESS:PORT as a key: how files and answers name each other.
import type { RedisInstance, Word } from "./facts.ts";
import type { Process } from "./settings.ts";
import { addressOf, boundAddresses, isAnyInterface, isLoopback, portOf, setting } from "./settings.ts";

export function key(address: string, port: string | number): string {
  return `${address.toLowerCase().replace(/^\[(.*)\]$/, "$1")}:${String(port)}`;
}

/**
 * Every key under which a process may be named: announced, bound, its host's addresses and name. Of
 * processes in unrelated folders only `addressKeysOf` tell them apart.
 */
export function keysOf(node: Process): readonly string[] {
  const named = nameKeyOf(node);
  const keys = addressKeysOf(node);
  return named === undefined || keys.includes(named) ? keys : [...keys, named];
}

/** The same without the name of its host. */
export function addressKeysOf(node: Process): readonly string[] {
  const port = portOf(node);
  if (port === undefined) return [];
  const own = addressOf(node);
  const bound = boundAddresses(node).filter((address) => !isAnyInterface(address));
  const all = [own?.address, ...bound, ...(node.host?.addresses ?? []), node.live?.address];
  return [...new Set(all.filter((one) => one !== undefined).map((address) => key(address, port)))];
}

/** By the name of its host, which means it within `HostFacts.scope` only. */
export function nameKeyOf(node: Process): string | undefined {
  const port = portOf(node);
  return port === undefined || node.host === undefined ? undefined : key(node.host.name, port);
}

/** Where a node replicates from; undefined for a primary, and where a placeholder decides. */
export function targetKey(node: RedisInstance): string | undefined {
  const target = setting(node, "replicaof");
  if (target === undefined || target.isUnknown) return undefined;
  const [address, port] = target.words;
  if (address === undefined || port === undefined || /^no$/i.test(address.text)) return undefined;
  return key(address.text, port.text);
}

/** The key of two words that are known. */
export function wordsKey(address: Word | undefined, port: Word | undefined): string | undefined {
  const isKnown = address !== undefined && port !== undefined && !address.isUnknown && !port.isUnknown;
  return isKnown ? key(address.text, port.text) : undefined;
}

/** Whether others can tell it apart by an address of the network. */
export function hasNetworkAddress(node: Process): boolean {
  const own = addressOf(node);
  return own !== undefined && !isLoopback(own.address);
}
