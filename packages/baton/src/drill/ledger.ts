// Every write that a client sent and what it was told. Ids are never reused, so each can be looked
// for afterwards.
import { assert } from "../errors.ts";
import type { LedgerEntry } from "./types.ts";

export type Outcome = LedgerEntry["outcome"];

interface Row {
  readonly client: string;
  readonly id: number;
  readonly sentMs: number;
  settledMs: number | undefined;
  outcome: Outcome;
}

/** A drill that would write more is ended as unknown instead of filling the memory. */
const WRITES_MAX = 2_000_000;

export interface Ledger {
  /** @returns the id to write. Until it is settled the write is unknown. */
  sent(client: string, atMs: number): number;
  settled(id: number, atMs: number, outcome: Outcome): void;
  /** How many writes of the client were sent after `sinceMs` and acknowledged. */
  acknowledgedSince(client: string, sinceMs: number): number;
  /** What its last write was told that was not acknowledged; undefined when all were. */
  lastError(client: string): string | undefined;
  /** All entries with times relative to the fault. */
  entries(faultMs: number): readonly LedgerEntry[];
}

export function openLedger(): Ledger {
  const rows: Row[] = [];
  const acknowledgedSentMs = new Map<string, number[]>();
  const lastErrors = new Map<string, string>();
  return {
    sent(client, atMs) {
      assert(rows.length < WRITES_MAX, `the ledger holds at most ${WRITES_MAX} writes`);
      const id = rows.length;
      const outcome: Outcome = { kind: "unknown", error: "no answer before the drill ended" };
      rows.push({ client, id, sentMs: atMs, settledMs: undefined, outcome });
      return id;
    },
    settled(id, atMs, outcome) {
      const row = rows[id];
      assert(
        row !== undefined && row.settledMs === undefined,
        `write ${id} was sent once and is settled once`,
      );
      row.settledMs = atMs;
      row.outcome = outcome;
      if (outcome.kind !== "acknowledged") {
        lastErrors.set(row.client, outcome.error);
        return;
      }
      const times = acknowledgedSentMs.get(row.client) ?? [];
      times.push(row.sentMs);
      acknowledgedSentMs.set(row.client, times);
    },
    acknowledgedSince(client, sinceMs) {
      const times = acknowledgedSentMs.get(client) ?? [];
      let count = 0;
      for (let index = times.length - 1; index >= 0 && (times[index] ?? 0) >= sinceMs; index -= 1)
        count += 1;
      return count;
    },
    lastError: (client) => lastErrors.get(client),
    entries: (faultMs) =>
      rows.map(({ client, id, sentMs, settledMs, outcome }) => ({
        client,
        id,
        sentAtMs: sentMs - faultMs,
        settledAtMs: settledMs === undefined ? undefined : settledMs - faultMs,
        outcome,
      })),
  };
}
