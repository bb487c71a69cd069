// ADDRESS:PORT as a key: how files and answers name each other.
import type { RedisInstance, Word } from "./facts.ts";
import { oncePer } from "./once.ts";
import type { Process } from "./settings.ts";
import { addressOf, boundAddresses, isAnyInterface, isLoopback, portsOf, setting } from "./settings.ts";

export function key(address: string, port: string | number): string {
  return `${address.toLowerCase().replace(/^\[(.*)\]$/, "$1")}:${String(port)}`;
}

/**
 * Every key under which a process may be named: announced, bound, its host's addresses and name. Names of
 * hosts and loopback mean one thing in one folder and another one elsewhere, see `splitKeysOf`.
 */
export function keysOf(node: Process): readonly string[] {
  const { network, loopback, name } = splitKeysOf(node);
  return [...new Set([...network, ...loopback, ...name])];
}

export interface SplitKeys {
  /** By addresses that mean the same process for everybody. */
  readonly network: readonly string[];
  /** By addresses that mean it on its own machine only. */
  readonly loopback: readonly string[];
  /** By the name of its host, which means it within `HostFacts.scope` only. */
  readonly name: readonly string[];
}

export const splitKeysOf = oncePer(findKeys);

function findKeys(node: Process): SplitKeys {
  const ports = portsOf(node);
  if (ports.length === 0) return { network: [], loopback: [], name: [] };
  const { host, live } = node;
  const bound = boundAddresses(node).filter((address) => !isAnyInterface(address));
  const own = [addressOf(node)?.address, ...bound, ...(host?.addresses ?? [])];
  const written = own.filter((address) => address !== undefined);
  // Where it has answered it certainly is, for whoever asked.
  const certain = [...written.filter((one) => !isLoopback(one)), ...(live ? [live.address] : [])];
  const keys = (addresses: readonly string[]) => [
    ...new Set(addresses.flatMap((one) => ports.map((port) => key(one, port)))),
  ];
  return {
    network: keys(certain),
    loopback: keys(written.filter(isLoopback)),
    name: keys(host === undefined ? [] : [host.name]),
  };
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
