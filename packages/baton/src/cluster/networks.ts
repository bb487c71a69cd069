// Arithmetic of private IPv4 networks, for the addresses that a cloud is asked for. Pure.
import { z } from "zod";
import { judgeAddress } from "./address.ts";

/** What both clouds take: DigitalOcean no larger ones, and smaller ones leave no half for the cloud. */
export const PREFIX_MIN = 16;
export const PREFIX_MAX = 24;

const PRIVATE = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"] as const;

export type JudgedNetwork =
  | { readonly kind: "network"; readonly network: string }
  | { readonly kind: "refused"; readonly message: string };

/** First and last address of a network, as numbers. */
export interface Range {
  readonly first: number;
  readonly last: number;
}

/** Undefined for what is no IPv4 address. */
export function numberOf(address: string): number | undefined {
  if (!z.regexes.ipv4.test(address)) return undefined;
  return address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}

export function addressAt(value: number): string {
  return [24, 16, 8, 0].map((bits) => Math.floor(value / 2 ** bits) % 256).join(".");
}

/** Of an address alone, that address. @throws RangeError for what is no IPv4 address or network. */
export function rangeOf(network: string): Range {
  const [address = "", prefix = "32"] = network.split("/");
  const value = numberOf(address);
  if (value === undefined) throw new RangeError(`${network} is no IPv4 network`);
  const size = 2 ** (32 - Number(prefix));
  const first = value - (value % size);
  return { first, last: first + size - 1 };
}

/** As clouds write an address or a network back: another spelling would be a change at every plan. */
export function asNetwork(text: string): string {
  const [address = "", prefix] = text.split("/");
  if (!address.includes(":")) return `${addressAt(rangeOf(text).first)}/${prefix ?? "32"}`;
  const judged = judgeAddress(address);
  const spelled = judged.kind === "address" ? judged.canonical : address.toLowerCase();
  return `${spelled}/${prefix ?? "128"}`;
}

export const isWithin = (inner: Range, outer: Range): boolean =>
  inner.first >= outer.first && inner.last <= outer.last;

export const doOverlap = (one: Range, other: Range): boolean =>
  one.first <= other.last && other.first <= one.last;

/**
 * The upper half, which OVH's DHCP server and load balancer take addresses from: hosts have theirs in the
 * lower half, so that nothing takes the address of a host that is not there yet.
 */
export function halfOfCloud(network: string): Range & { readonly network: string } {
  const { first, last } = rangeOf(network);
  const middle = first + (last + 1 - first) / 2;
  const prefix = Number(network.split("/")[1]) + 1;
  return { first: middle, last: last - 1, network: `${addressAt(middle)}/${prefix}` };
}

export function privateNetwork(text: string): JudgedNetwork {
  const expected = `Expected a private IPv4 network, as 10.0.0.0/${PREFIX_MAX}`;
  const refused = (message: string): JudgedNetwork => ({ kind: "refused", message });
  if (!z.cidrv4().safeParse(text).success) return refused(expected);
  const range = rangeOf(text);
  const prefix = Number(text.split("/")[1]);
  if (!PRIVATE.some((network) => isWithin(range, rangeOf(network))))
    return refused(`${expected}: ${text} is in none of ${PRIVATE.join(", ")}`);
  if (prefix < PREFIX_MIN || prefix > PREFIX_MAX)
    return refused(`Expected a network from /${PREFIX_MIN} to /${PREFIX_MAX}, found /${prefix}`);
  const written = `${addressAt(range.first)}/${prefix}`;
  if (written !== text)
    return refused(`Expected the network's first address: ${written}, found ${text}`);
  return { kind: "network", network: text };
}
