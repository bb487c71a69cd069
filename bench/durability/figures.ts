// From the writes of a round to what it cost, and from rounds to a row of the table. Pure.
import { outageMs } from "../../packages/baton/src/drill/measures/outage.ts";
import type { WritesFound } from "../../packages/baton/src/drill/measures/writes.ts";
import type { LedgerEntry } from "../../packages/baton/src/drill/types.ts";
import { type Spread, spreadOf } from "../router/figures.ts";

/** Of a round with more, these are enough to look for them in the logs. */
const LOST_NAMED_MAX = 50;

/** A write that was acknowledged and is gone. Milliseconds after the fault. */
export interface LostWrite {
  readonly client: string;
  readonly id: number;
  readonly sentAtMs: number;
  readonly acknowledgedAtMs: number;
}

export interface RoundResult {
  /** From 1, within its drill. */
  readonly number: number;
  readonly drill: string;
  readonly from: string;
  /** The primary at the end; null when there was none that all agreed on. */
  readonly to: string | null;
  readonly tookMs: number;
  /** Whether the lists were read: without, nothing is known of losses. */
  readonly isJudged: boolean;
  readonly acknowledged: number;
  readonly lost: number;
  readonly lostWrites: readonly LostWrite[];
  readonly duplicated: number;
  /** Refused, and there all the same. */
  readonly ghosts: number;
  /** Sent and acknowledged while the client was cut off together with the old primary. */
  readonly acknowledgedCutOff: number;
  /** Writes that were not acknowledged, by class. */
  readonly errors: Readonly<Record<string, number>>;
  /**
   * From the fault to the first acknowledged write that survived, of the worst client that could be
   * served, in milliseconds; null when one of them never wrote again.
   */
  readonly outageMs: number | null;
  /** Connections that clients lost. */
  readonly closed: number;
  /** Why the round failed, in sentences; empty when it did not. */
  readonly reasons: readonly string[];
}

export interface RoundInput
  extends Pick<RoundResult, "number" | "drill" | "from" | "to" | "tookMs" | "closed" | "reasons"> {
  /** With times relative to the fault. */
  readonly entries: readonly LedgerEntry[];
  /** By client; undefined when the lists could not be read. */
  readonly found: ReadonlyMap<string, WritesFound> | undefined;
  /** Clients that could be served all the time, and those that were cut off with the old primary. */
  readonly served: readonly string[];
  readonly cutOff: readonly string[];
  /** Between these two, after the fault, nothing got through. */
  readonly cutFromMs: number;
  readonly cutUntilMs: number;
}

/** The router's own refusal is of two kinds: what was not written, and what may have been. */
function classOf({ outcome }: LedgerEntry): string | undefined {
  if (outcome.kind === "acknowledged") return undefined;
  const isUnconfirmed = outcome.kind === "unknown" && outcome.error === "NOREPLICAS";
  return isUnconfirmed ? "NOREPLICAS (outcome unknown)" : outcome.error;
}

function errorsIn(entries: readonly LedgerEntry[]): Record<string, number> {
  const errors: Record<string, number> = {};
  for (const entry of entries) {
    const name = classOf(entry);
    if (name !== undefined) errors[name] = (errors[name] ?? 0) + 1;
  }
  return errors;
}

function worstOutage({ served, entries, found }: RoundInput): number | null {
  let worstMs = 0;
  for (const client of served) {
    const own = entries.filter((entry) => entry.client === client);
    const ms = outageMs(own, found?.get(client)?.lost ?? new Set());
    if (ms === null) return null;
    worstMs = Math.max(worstMs, ms);
  }
  return served.length === 0 ? null : Math.round(worstMs);
}

export function roundOf(input: RoundInput): RoundResult {
  const { entries, found, cutOff, cutFromMs, cutUntilMs, served: _, ...rest } = input;
  const acknowledged = entries.filter(({ outcome }) => outcome.kind === "acknowledged");
  const lost = acknowledged.filter(({ client, id }) => found?.get(client)?.lost.has(id) === true);
  const away = new Set(cutOff);
  const sumOf = (figure: (one: WritesFound) => number) =>
    [...(found?.values() ?? [])].reduce((sum, one) => sum + figure(one), 0);
  return {
    ...rest,
    isJudged: found !== undefined,
    acknowledged: acknowledged.length,
    lost: lost.length,
    lostWrites: lost
      .slice(0, LOST_NAMED_MAX)
      .map(({ client, id, sentAtMs, settledAtMs = sentAtMs }) => ({
        client,
        id,
        sentAtMs: Math.round(sentAtMs),
        acknowledgedAtMs: Math.round(settledAtMs),
      })),
    duplicated: sumOf(({ duplicated }) => duplicated),
    ghosts: sumOf(({ ghosts }) => ghosts),
    acknowledgedCutOff: acknowledged.filter(
      ({ client, sentAtMs, settledAtMs = cutUntilMs }) =>
        away.has(client) && sentAtMs >= cutFromMs && settledAtMs < cutUntilMs,
    ).length,
    errors: errorsIn(entries),
    outageMs: worstOutage(input),
  };
}

/** All rounds of one drill in one mode. */
export interface Row {
  readonly drill: string;
  readonly title: string;
  readonly wanted: number;
  /** Whose lists were read: only of these the figures below are. */
  readonly judged: number;
  /** Those that were not played because of others included. */
  readonly failed: number;
  readonly acknowledged: number;
  readonly lost: number;
  readonly lostWorst: number;
  readonly roundsWithLoss: number;
  readonly duplicated: number;
  readonly ghosts: number;
  readonly acknowledgedCutOff: number;
  readonly outageMs: Spread | null;
  readonly closed: number;
  readonly errors: Readonly<Record<string, number>>;
}

export function rowOf(
  named: Pick<Row, "drill" | "title" | "wanted">,
  rounds: readonly RoundResult[],
): Row {
  const own = rounds.filter(({ drill }) => drill === named.drill);
  const judged = own.filter(({ isJudged }) => isJudged);
  const sumOf = (figure: (round: RoundResult) => number) =>
    judged.reduce((sum, round) => sum + figure(round), 0);
  const errors: Record<string, number> = {};
  for (const round of judged)
    for (const [name, count] of Object.entries(round.errors)) errors[name] = (errors[name] ?? 0) + count;
  return {
    ...named,
    judged: judged.length,
    failed: named.wanted - own.filter(({ reasons }) => reasons.length === 0).length,
    acknowledged: sumOf(({ acknowledged }) => acknowledged),
    lost: sumOf(({ lost }) => lost),
    lostWorst: Math.max(0, ...judged.map(({ lost }) => lost)),
    roundsWithLoss: judged.filter(({ lost }) => lost > 0).length,
    duplicated: sumOf(({ duplicated }) => duplicated),
    ghosts: sumOf(({ ghosts }) => ghosts),
    acknowledgedCutOff: sumOf(({ acknowledgedCutOff }) => acknowledgedCutOff),
    outageMs: spreadOf(judged.flatMap(({ outageMs }) => outageMs ?? [])),
    closed: sumOf(({ closed }) => closed),
    errors,
  };
}
