// Where Sentinels are: the addresses in their files, and whether all of it is meant for one machine.
import { isIP } from "node:net";
import type { Facts, SentinelInstance, Word } from "./facts.ts";
import { boundAddresses, isAnyInterface, isLoopback, sentinelSetting } from "./settings.ts";

/** An IPv4 or IPv6 address, and not a host name. */
export function isLiteralAddress(text: string): boolean {
  return isIP(text) !== 0;
}

/** A name that would have to be looked up; a placeholder is none. */
export function isHostName({ text, isUnknown }: Word): boolean {
  // Digits and dots alone are an address with a slip in it.
  return !isUnknown && text !== "" && !isLiteralAddress(text) && !/^[\d.]+$/.test(text);
}

/** What others are told to reach it at; undefined without such a line, or when it is not known. */
export function announcedAddress(sentinel: SentinelInstance): string | undefined {
  const announced = sentinelSetting(sentinel, "sentinel announce-ip");
  const isSaid = announced !== undefined && !announced.isUnknown && announced.text !== "";
  return isSaid ? announced.text : undefined;
}

/**
 * Whether everything is meant to run on one machine: Sentinels that announce loopback addresses, or several
 * with ports of their own. That is a laboratory, in which loopback addresses are right.
 */
export function isOneMachine(facts: Facts): boolean {
  // Whoever did not answer, and has no file, says nothing about where it is.
  const sentinels = facts.sentinels.filter(
    ({ config, live }) => config !== undefined || live?.silence === undefined,
  );
  if (sentinels.length === 0) return false;
  const announced = sentinels.map(announcedAddress);
  if (announced.every((address) => address !== undefined && isLoopback(address))) return true;
  const reached = sentinels.flatMap((sentinel) => [
    ...boundAddresses(sentinel),
    ...(sentinel.host?.addresses ?? []),
    ...(announcedAddress(sentinel) ?? "").split(" "),
  ]);
  if (reached.some((address) => !isLoopback(address) && !isAnyInterface(address))) return false;
  const ports = sentinels.map((sentinel) => sentinelSetting(sentinel, "port")?.text);
  return sentinels.length > 1 && new Set(ports).size === sentinels.length;
}

const NOT_PUBLIC = [
  /^10\./,
  /^172\.(1[6-9]|2\d|3[01])\./,
  /^192\.168\./,
  /^127\./,
  /^169\.254\./,
  /^100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./,
  /^0\./,
];

/** An address that the Internet routes; names and placeholders are none. */
export function isPublicAddress(text: string): boolean {
  if (isIP(text) === 4) return !NOT_PUBLIC.some((range) => range.test(text));
  return isIP(text) === 6 && /^[23]/.test(text);
}
