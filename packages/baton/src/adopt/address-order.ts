// The order of addresses by their numbers, so that the same cluster gets the same host names whoever asks.
import { isIPv4 } from "node:net";
import type { Endpoint } from "../cluster/types.ts";

const PARTS = 8;

/** A text that sorts as the address does: 10.0.0.9 before 10.0.0.10, IPv4 before IPv6. */
function sortKey(address: string): string {
  if (isIPv4(address)) return `4 ${address.replaceAll(/\d+/g, (digits) => digits.padStart(3, "0"))}`;
  const [before = "", after] = address.split("::", 2);
  const head = before === "" ? [] : before.split(":");
  const tail = after === undefined || after === "" ? [] : after.split(":");
  const gap = after === undefined ? 0 : Math.max(0, PARTS - head.length - tail.length);
  const parts = [...head, ...Array.from({ length: gap }, () => "0"), ...tail];
  return `6 ${parts.map((part) => part.padStart(4, "0")).join(":")}`;
}

export function inOrder<T extends Endpoint>(places: readonly T[]): readonly T[] {
  return places.toSorted((one, other) => {
    const [key, otherKey] = [sortKey(one.address), sortKey(other.address)];
    return key < otherKey ? -1 : key > otherKey ? 1 : one.port - other.port;
  });
}
