// Acknowledgements that count for nothing: given by a node that was not the primary any more.
import type { LedgerEntry, Stale } from "../types.ts";

/** The worst time that an old primary may take writes after it has answered. */
const STALE_MAX_MS = 500;

export interface StaleInput {
  readonly entries: readonly LedgerEntry[];
  readonly isLost: (entry: LedgerEntry) => boolean;
  /** Whether the client keeps to the address of the old primary. */
  readonly isHardCoded: (client: string) => boolean;
  /** Milliseconds; 500 when left out. */
  readonly maxMs?: number | undefined;
}

export interface Return {
  /** Both relative to the fault. `probedAtMs`: when the probe was answered; undefined when never. */
  readonly cureAtMs: number;
  readonly probedAtMs: number | undefined;
  /** Nobody took its place: whoever writes to its address is right. */
  readonly isPrimaryAgain: boolean;
}

const isAcknowledged = ({ outcome, settledAtMs }: LedgerEntry): boolean =>
  outcome.kind === "acknowledged" && settledAtMs !== undefined;

/** The node itself said yes or no. A connection that was not there or was lost says nothing. */
const isTold = ({ outcome }: LedgerEntry): boolean =>
  outcome.kind === "acknowledged" || (outcome.kind === "failed" && outcome.error !== "not-connected");

function firstOf(entries: readonly LedgerEntry[]): number {
  return entries.reduce((first, { settledAtMs = first }) => Math.min(first, settledAtMs), Infinity);
}

function lastOf(entries: readonly LedgerEntry[]): number {
  return entries.reduce((last, { settledAtMs = last }) => Math.max(last, settledAtMs), -Infinity);
}

/**
 * After the return of an old primary: whatever it acknowledged at its own address, and whatever else
 * was acknowledged and lost since then.
 */
export function staleAfterReturn(input: StaleInput, returned: Return): Stale {
  const { entries, isLost, isHardCoded, maxMs = STALE_MAX_MS } = input;
  const { cureAtMs, probedAtMs, isPrimaryAgain } = returned;
  const since = entries.filter(({ settledAtMs = -Infinity }) => settledAtMs >= cureAtMs);
  const atOldAddress = (entry: LedgerEntry) => isHardCoded(entry.client) && !isPrimaryAgain;
  const stale = since.filter((entry) => isAcknowledged(entry) && (atOldAddress(entry) || isLost(entry)));
  const told = since.filter((entry) => isHardCoded(entry.client) && isTold(entry));
  // Whoever heard of it first: the clients ask more often than the probe has a connection.
  const firstMs = Math.min(firstOf(told), probedAtMs ?? Infinity);
  return {
    answeredAtMs: firstMs === Infinity ? null : Math.round(firstMs),
    windowMs: told.length === 0 ? null : Math.round(Math.max(0, lastOf(stale) - firstMs)),
    acknowledged: stale.length,
    lost: stale.filter(isLost).length,
    objectiveMs: maxMs,
  };
}

/** Where the primary lived on: from the first acknowledged write that was lost to the last. */
export function staleSinceFault(input: StaleInput): Stale {
  const { entries, isLost, isHardCoded, maxMs = STALE_MAX_MS } = input;
  const since = entries.filter(({ settledAtMs = -Infinity }) => settledAtMs >= 0);
  const stale = since.filter((entry) => isAcknowledged(entry) && isLost(entry));
  const wasAsked = since.some((entry) => isHardCoded(entry.client) && isTold(entry));
  const firstMs = firstOf(stale);
  const windowMs = stale.length === 0 ? 0 : Math.round(lastOf(stale) - firstMs);
  return {
    answeredAtMs: stale.length === 0 ? null : Math.round(firstMs),
    windowMs: wasAsked ? windowMs : null,
    acknowledged: stale.length,
    lost: stale.length,
    objectiveMs: maxMs,
  };
}
